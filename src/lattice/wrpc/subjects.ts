/** The protocol's name in subjects; the same in every version that wasmCloud 1.x speaks. */
const protocol = 'wrpc.0.0.1'

/** Who is called: `{lattice}.{id}`, also the queue group of those that answer. */
export function wrpcPrefix(lattice: string, id: string): string {
  return `${lattice}.${id}`
}

/** Where a function is called; `instance` is empty for a function of the world. */
export function invocationSubject(prefix: string, instance: string, name: string): string {
  return instance === '' ? `${prefix}.${protocol}.${name}` : `${prefix}.${protocol}.${instance}.${name}`
}

/** Where results go, of the reply subject that the caller has chosen. */
export function resultSubject(inbox: string, path?: string): string {
  return path === undefined ? `${inbox}.results` : `${inbox}.results.${path}`
}

/** Where parameters go, of the reply subject that the server has chosen. */
export function paramSubject(inbox: string, path?: string): string {
  return path === undefined ? `${inbox}.params` : `${inbox}.params.${path}`
}

/** What a message below an inbox is for: the handshake (undefined), or a stream of bytes with its path (empty: the values). */
export interface InboxPart {
  readonly id: string
  readonly stream: 'params' | 'results' | undefined
  readonly path: string
}

/** Reads a subject below the inbox `root` of one party; undefined for what is none of the protocol's. */
export function parseInboxSubject(subject: string, root: string): InboxPart | undefined {
  const rest = subject.slice(root.length + 1)
  const idEnd = rest.indexOf('.')
  if (idEnd < 0) return { id: rest, stream: undefined, path: '' }
  const id = rest.slice(0, idEnd)
  const pathStart = rest.indexOf('.', idEnd + 1)
  const stream = rest.slice(idEnd + 1, pathStart < 0 ? undefined : pathStart)
  if (stream !== 'params' && stream !== 'results') return undefined
  return { id, stream, path: pathStart < 0 ? '' : rest.slice(pathStart + 1) }
}

/** All invocations of one component or provider. */
export function invocationPattern(lattice: string, id: string): string {
  return `${wrpcPrefix(lattice, id)}.${protocol}.>`
}

/** What an invocation below a prefix calls; undefined for what is none. */
export function parseInvocationSubject(
  subject: string,
  prefix: string,
): { readonly instance: string; readonly name: string } | undefined {
  const root = `${prefix}.${protocol}.`
  if (!subject.startsWith(root)) return undefined
  const rest = subject.slice(root.length)
  const match = /^([^/]+\/[^@.]+(?:@\d+\.\d+\.\d+(?:-[0-9A-Za-z-]+(?:\.\d+)*)?)?)\.(.+)$/.exec(rest)
  return match?.[1] !== undefined && match[2] !== undefined
    ? { instance: match[1], name: match[2] }
    : { instance: '', name: rest }
}

/** An inbox of any party, and what a message at or below it is for. */
export function parseReplySubject(subject: string): Omit<InboxPart, 'id'> & { readonly inbox: string } {
  const match = /^(.+?)\.(results|params)(?:\.([\d.]+))?$/.exec(subject)
  const stream = match?.[2] === 'params' || match?.[2] === 'results' ? match[2] : undefined
  if (match?.[1] === undefined || stream === undefined) return { inbox: subject, stream: undefined, path: '' }
  return { inbox: match[1], stream, path: match[3] ?? '' }
}
