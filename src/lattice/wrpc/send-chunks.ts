import type { LatticeConnection } from '../connection.js'

/** Sends bytes in as many messages as they need; none where there are no bytes, since an empty message is an end. */
export function sendChunks(
  connection: Pick<LatticeConnection, 'send' | 'maxPayload'>,
  subject: string,
  bytes: Uint8Array,
): void {
  const { maxPayload } = connection
  for (let at = 0; at < bytes.length; at += maxPayload) {
    connection.send(subject, bytes.subarray(at, at + maxPayload))
  }
}

/** What the headers of a message take of its greatest size. */
export function headerBytes(headers: Readonly<Record<string, string>>): number {
  let bytes = 'NATS/1.0\r\n\r\n'.length
  for (const [name, value] of Object.entries(headers)) bytes += name.length + Buffer.byteLength(value) + 4
  return bytes
}
