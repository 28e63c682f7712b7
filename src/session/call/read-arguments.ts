import { AppError, messageOf } from '../../core/errors.js'
import { findMisfit } from '../../wit/codec/find-misfit.js'
import { ValueError } from '../../wit/codec/wire-error.js'
import type { ExportedFunction } from '../../host/calls/exported-function.js'
import { nameOfFunction } from '../../host/calls/exported-function.js'
import type { Field } from '../../wit/model.js'
import { describeType } from '../../wit/type-traits.js'
import { fromJson } from '../../wit/wave/json-value.js'
import { parseWave } from '../../wit/wave/parse-wave.js'
import { WaveError } from '../../wit/wave/wave-error.js'

/**
 * The values of arguments as typed: WAVE text, or JSON where it is no WAVE. A string or char without quotes stands for
 * itself. Throws USAGE_INVALID with the argument, the place in it and the type that belongs there.
 */
export function readArguments(called: ExportedFunction, texts: readonly string[]): unknown[] {
  const { params } = called.type
  if (texts.length !== params.length) throw wrongCount(called, texts.length)
  return params.map((param, index) => readArgument(param, texts[index] ?? ''))
}

function readArgument(param: Field, text: string): unknown {
  const { type } = param
  if ((type.kind === 'string' && !text.startsWith('"')) || (type.kind === 'char' && !/^['"]/.test(text)))
    return text
  try {
    return parseWave(text, type)
  } catch (thrown) {
    if (!(thrown instanceof WaveError)) throw thrown
    const json = parseJson(text)
    if (json !== undefined) return readJson(param, json)
    throw wrongText(param, text, thrown)
  }
}

/** A document of several parts: of one number or word, WAVE's error says more. */
function parseJson(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*[[{"]/.test(text)) return undefined
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined // WAVE's error says more
  }
}

function readJson({ name, type }: Field, { value }: { readonly value: unknown }): unknown {
  try {
    const read = fromJson(value, type, name)
    const misfit = findMisfit({ type, value: read, path: name })
    if (misfit) throw misfit
    return read
  } catch (thrown) {
    if (!(thrown instanceof ValueError)) throw thrown
    throw new AppError('USAGE_INVALID', `Argument ${thrown.message}`, {
      hint: `It is of type ${describeType(type)}`,
    })
  }
}

function wrongText({ name, type }: Field, text: string, error: WaveError): AppError {
  const pointer = `${text}\n  ${' '.repeat(error.position)}^`
  return new AppError(
    'USAGE_INVALID',
    `Argument "${name}": ${messageOf(error)}, at character ${error.position + 1}:\n  ${pointer}`,
    {
      hint: `It is of type ${describeType(type)}; write it as WAVE text or as JSON`,
    },
  )
}

function wrongCount(called: ExportedFunction, given: number): AppError {
  const { params } = called.type
  const list = params.map(({ name, type }) => `${name}: ${describeType(type)}`).join(', ')
  const wanted =
    params.length === 1 ? 'one argument' : `${params.length === 0 ? 'no' : params.length} arguments`
  return new AppError('USAGE_INVALID', `${nameOfFunction(called)} takes ${wanted}, got ${given}`, {
    hint: params.length === 0 ? 'Leave the arguments out' : `Its parameters: ${list}`,
  })
}
