import type { SpiedMessage, SpiedValue } from '../../session/spy/spied-message.js'
import { toJson } from '../../wit/wave/json-value.js'
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

/** The same as one JSON document. */
export function toSpiedDocument(message: SpiedMessage): object {
  const { kind, id, time, source, target, link, payload, durationMs, failure, streams } = message
  const about = { kind, id, time: new Date(time).toISOString(), source, target, link_name: link }
  const called = { interface: message.interface, function: message.function }
  if (kind === 'call') return { ...about, ...called, params: paramsOf(payload.values), bytes: payload.size }
  const answer = { duration_ms: Math.round((durationMs ?? 0) * 1000) / 1000, streams, bytes: payload.size }
  if (failure !== undefined) return { ...about, ...called, ...answer, failure }
  const [result] = payload.values ?? []
  return { ...about, ...called, ...answer, result: result ? toJson(result.value, result.type) : null }
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

/** By name; null where the types are not known. */
function paramsOf(values: readonly SpiedValue[] | undefined): object | null {
  return values
    ? Object.fromEntries(values.map(({ name, type, value }) => [name, toJson(value, type)]))
    : null
}
