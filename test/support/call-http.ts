import type { HttpTarget } from '#washi/host/http-exchange.js'

/** What to ask; a path alone is a GET of it. */
export interface SimpleRequest {
  readonly method?: string
  readonly path?: string
  readonly body?: string
}

/** Sends a request: the text of the answer, or the kind and message of its failure. */
export function callHttp(
  target: HttpTarget | undefined,
  request: SimpleRequest | string = {},
): Promise<string> {
  const { method = 'GET', path = '/', body } = typeof request === 'string' ? { path: request } : request
  const head = { method, scheme: 'http', authority: 'localhost', path, rawHeaders: [] } as const
  return new Promise((resolve, reject) => {
    if (!target) return reject(new Error('there is no target'))
    let text = ''
    const call = target.handleHttp(head, body !== undefined, {
      onHead: () => undefined,
      onChunk: (chunk) => {
        text += new TextDecoder().decode(chunk)
        return true
      },
      onEnd: () => resolve(text),
      onFailure: ({ kind, message }) => resolve(`${kind}: ${message}`),
      onDrain: () => undefined,
    })
    if (body === undefined) return
    call.write(new TextEncoder().encode(body))
    call.end()
  })
}
