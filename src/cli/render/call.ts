import { AppError } from '../../core/errors.js'
import type { CallHttpAnswer } from '../../session/call/call-http.js'
import type { CallResult } from '../../session/call/call-function.js'
import { toJson } from '../../wit/wave/json-value.js'
import { printWave } from '../../wit/wave/print-wave.js'

/** What a function returned as WAVE text; nothing for one that returns nothing. */
export function renderCallResult({ type, value }: CallResult): string {
  return type === undefined ? '' : printWave(value, type)
}

/** What a function returned as JSON. */
export function toCallDocument({ type, value }: CallResult): { readonly result: unknown } {
  return { result: type === undefined ? null : toJson(value, type) }
}

/** An answer to a request as JSON, which is also its text form. */
export function toHttpDocument({ status, headers, body }: CallHttpAnswer): object {
  return { status, headers, body: new TextDecoder().decode(body) }
}

/** The body of an answer as JSON. Throws CALL_FAILED where it is none. */
export function extractJson({ body }: CallHttpAnswer): unknown {
  const text = new TextDecoder().decode(body)
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    const begin = JSON.stringify(text.slice(0, 60))
    throw new AppError('CALL_FAILED', `The body of the answer is no JSON: ${begin}`, {
      cause,
      hint: 'Leave out --http-response-extract-json',
    })
  }
}
