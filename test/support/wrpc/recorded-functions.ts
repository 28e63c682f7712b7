import { createCompletionScanner } from '#washi/wit/codec/completion-scanner.js'
import type { ServedFunction } from '#washi/lattice/wrpc/served-function.js'
import type { ValueType } from '#washi/wit/model.js'

const u8: ValueType = { kind: 'u8' }
const u64: ValueType = { kind: 'u64' }
const string: ValueType = { kind: 'string' }
const optional = (element: ValueType): ValueType => ({ kind: 'option', element })
const list = (element: ValueType): ValueType => ({ kind: 'list', element })
const tuple = (...elements: ValueType[]): ValueType => ({ kind: 'tuple', elements })
const bodies: ValueType = { kind: 'stream', element: u8 }
const fields = list(tuple(string, list(list(u8))))
const number: ValueType = { kind: 'u32' }
const trailers: ValueType = { kind: 'future', element: optional(fields) }
const request = tuple(bodies, trailers, number, optional(string), optional(number), optional(string), fields)

/** What is known of a function beside what goes over the wire. */
export interface RecordedFunction {
  readonly params: readonly ValueType[]
  readonly asyncParams?: readonly string[]
  readonly asyncResults?: readonly string[]
  readonly isVoid?: boolean
}

/** The functions of the recorded calls, and of test/programs/rust-wrpc. */
export const recordedFunctions: Readonly<Record<string, RecordedFunction>> = {
  echo: { params: [string] },
  zero: { params: [] },
  void: { params: [string], isVoid: true },
  trap: { params: [string] },
  get: { params: [string, string] },
  list: { params: [string], asyncResults: ['0'] },
  http: { params: [request], asyncParams: ['0.0', '0.1'], asyncResults: ['0.0', '0.1'] },
  getdata: { params: [string, u64, u64], asyncResults: ['0.0', '0.1'] },
  write: { params: [tuple(string, string), bodies], asyncParams: ['1'], asyncResults: ['0'] },
  fs: { params: [string], asyncResults: ['0'] },
}

/** The functions as a server serves them. */
export function servedFunctions(instance: string): ServedFunction[] {
  return Object.entries(recordedFunctions).map(([name, { params, asyncParams = [], asyncResults = [] }]) => ({
    ...{ instance, function: name, asyncParams, asyncResults },
    createScanner: () => createCompletionScanner(params),
  }))
}
