import { toJson } from '../../wit/wave/json-value.js'
import type { SpiedMessage, SpiedValue } from './spied-message.js'

/** A message as one JSON document, its values as JSON has them. */
export function toSpiedDocument(message: SpiedMessage): Readonly<Record<string, unknown>> {
  const { kind, id, time, source, target, link, payload, durationMs, failure, streams } = message
  const about = { kind, id, time: new Date(time).toISOString(), source, target, link_name: link }
  const called = { interface: message.interface, function: message.function }
  if (kind === 'call') return { ...about, ...called, params: paramsOf(payload.values), bytes: payload.size }
  const answer = { duration_ms: Math.round((durationMs ?? 0) * 1000) / 1000, streams, bytes: payload.size }
  if (failure !== undefined) return { ...about, ...called, ...answer, failure }
  const [result] = payload.values ?? []
  return { ...about, ...called, ...answer, result: result ? toJson(result.value, result.type) : null }
}

/** By name; null where the types are not known. */
function paramsOf(values: readonly SpiedValue[] | undefined): object | null {
  return values
    ? Object.fromEntries(values.map(({ name, type, value }) => [name, toJson(value, type)]))
    : null
}
