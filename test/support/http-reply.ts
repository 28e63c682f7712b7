import type { IncomingMessage, ServerResponse } from 'node:http'

/** The whole body of a request as text. */
export async function readAll(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString()
}

/** The whole body of a request. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Answers with JSON, or with text as it is. */
export function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
