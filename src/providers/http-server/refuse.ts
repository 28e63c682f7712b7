import type { IncomingMessage, ServerResponse } from 'node:http'

/** An answer that no component gave. */
export interface Refusal {
  readonly status: number
  readonly text: string
  readonly rawHeaders?: readonly string[]
}

/** Answers without the component, and drops what is left of a body instead of reading it. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, text, rawHeaders = [] }: Refusal,
): void {
  const body = text === '' ? '' : `${text}\n`
  const isClosed = rawHeaders.includes('Connection')
  const connection = request.complete || isClosed ? [] : ['Connection', 'close']
  const length = ['Content-Length', String(Buffer.byteLength(body))]
  const type = body === '' ? [] : ['Content-Type', 'text/plain; charset=utf-8']
  response.writeHead(status, [...rawHeaders, ...connection, ...type, ...(status === 204 ? [] : length)])
  response.end(body)
  if (!request.complete) request.resume()
}
