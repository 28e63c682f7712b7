import type { HttpTarget } from '#washi/host/http-exchange.js'

/** A GET without a body: the text of the answer, or the kind and message of its failure. */
export function callHttp(target: HttpTarget | undefined, path = '/'): Promise<string> {
  const head = { method: 'GET', scheme: 'http', authority: 'localhost', path, rawHeaders: [] } as const
  return new Promise((resolve, reject) => {
    if (!target) return reject(new Error('there is no target'))
    let text = ''
    target.handleHttp(head, false, {
      onHead: () => undefined,
      onChunk: (chunk) => {
        text += new TextDecoder().decode(chunk)
        return true
      },
      onEnd: () => resolve(text),
      onFailure: ({ kind, message }) => resolve(`${kind}: ${message}`),
      onDrain: () => undefined,
    })
  })
}
