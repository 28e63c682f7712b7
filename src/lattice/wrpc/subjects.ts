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
