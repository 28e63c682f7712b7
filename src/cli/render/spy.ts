import type { SpiedMessage } from '../../session/spy/spied-message.js'
import { printWave } from '../../wit/wave/print-wave.js'

/** A message with the lines of wash, its values as WAVE text. */
export function renderSpied(message: SpiedMessage): string {
  const [from, to] =
    message.kind === 'call' ? [message.source, message.target] : [message.target, message.source]
  return [
    `[${new Date(message.time).toISOString()}]`,
    `From: ${(from || '<unknown>').padEnd(25)} To: ${to || '<unknown>'}`,
    '',
    `Operation: ${operationOf(message)}`,
    `Message: ${contentOf(message)}`,
    ...(message.streams && Object.keys(message.streams).length > 0 ? [streamsOf(message.streams)] : []),
    '',
  ].join('\n')
}

function operationOf({ interface: owner, function: name }: SpiedMessage): string {
  return owner === '' ? name : `${owner}.${name}`
}

function contentOf({ kind, payload: { values, size }, failure, durationMs = 0 }: SpiedMessage): string {
  const after = kind === 'answer' ? ` (after ${durationMs.toFixed(1)} ms)` : ''
  if (failure !== undefined) return `failed: ${failure}${after}`
  if (!values) return `${size} bytes of unknown type${after}`
  return `${values.map(({ value, type }) => printWave(value, type)).join(', ') || 'nothing'}${after}`
}

function streamsOf(streams: Readonly<Record<string, number>>): string {
  return `Streams: ${Object.entries(streams)
    .map(([path, bytes]) => `${path} ${bytes} bytes`)
    .join(', ')}`
}
