/** Header blocks are raw bytes: `NATS/1.0[ status]\r\n`, `Name: value\r\n`..., `\r\n`. */

/** Header names that JetStream reads or writes. */
export const headerNames = {
  expectedLastMessageId: 'Nats-Expected-Last-Msg-Id',
  expectedLastSequence: 'Nats-Expected-Last-Sequence',
  expectedLastSubjectSequence: 'Nats-Expected-Last-Subject-Sequence',
  expectedLastSubjectSequenceSubject: 'Nats-Expected-Last-Subject-Sequence-Subject',
  expectedStream: 'Nats-Expected-Stream',
  messageId: 'Nats-Msg-Id',
  messageSize: 'Nats-Msg-Size',
  rollup: 'Nats-Rollup',
  streamSource: 'Nats-Stream-Source',
} as const

/** The value of a header; undefined where the block has none of that name. Names are compared by case. */
export function readHeader(block: Buffer | undefined, name: string): string | undefined {
  if (!block) return undefined
  const start = block.indexOf(`\r\n${name}:`, 0, 'latin1')
  if (start < 0) return undefined
  const valueStart = start + name.length + 3
  const end = block.indexOf('\r\n', valueStart, 'latin1')
  return block.toString('latin1', valueStart, end < 0 ? block.length : end).trim()
}

/** A block with headers added at its end; a new block where there was none. */
export function addHeaders(
  block: Buffer | undefined,
  headers: Readonly<Record<string, string | number>>,
): Buffer {
  const added = Buffer.from(`${formatHeaders(headers)}\r\n`, 'latin1')
  if (!block || block.length < 2) return Buffer.concat([Buffer.from('NATS/1.0\r\n'), added])
  return Buffer.concat([block.subarray(0, block.length - 2), added])
}

/** A block with a status line, such as `404 No Messages`. */
export function statusHeaders(
  status: string,
  headers: Readonly<Record<string, string | number>> = {},
): Buffer {
  return Buffer.from(`NATS/1.0 ${status}\r\n${formatHeaders(headers)}\r\n`, 'latin1')
}

function formatHeaders(headers: Readonly<Record<string, string | number>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
}
