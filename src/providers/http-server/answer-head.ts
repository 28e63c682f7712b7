/** The head of an answer as it is sent. */
export interface AnswerHead {
  readonly rawHeaders: readonly string[]
  /** What its content-length says. */
  readonly length: number | undefined
}

/** Headers that belong to a connection, which is this server's matter. */
const connectionHeaders: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'],
])

/**
 * What a component says of its answer, without what it has no say in. Throws for lengths that contradict each other or are none:
 * whoever reads the answer could take its body for the begin of the next one.
 */
export function prepareHead(rawHeaders: readonly string[]): AnswerHead {
  let length: number | undefined
  let hasConnectionHeaders = false
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    // By length first: this is on the way of every answer.
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      length = readLength(rawHeaders[index + 1] ?? '', length)
    } else if (name.length >= 7 && name.length <= 17 && connectionHeaders.has(name.toLowerCase())) {
      hasConnectionHeaders = true
    }
  }
  return { rawHeaders: hasConnectionHeaders ? withoutConnection(rawHeaders) : rawHeaders, length }
}

function readLength(text: string, before: number | undefined): number {
  const length = /^\d{1,15}$/.test(text) ? Number(text) : undefined
  if (length === undefined || before !== undefined) throw new Error('its content-length is wrong')
  return length
}

function withoutConnection(rawHeaders: readonly string[]): readonly string[] {
  const kept: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (!connectionHeaders.has(name.toLowerCase())) kept.push(name, rawHeaders[index + 1] ?? '')
  }
  return kept
}
