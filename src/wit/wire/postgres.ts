import type { ValueType } from '../model.js'
import {
  bool,
  bytes,
  enumOf,
  func,
  listOf,
  optionOf,
  record,
  resultOf,
  s16,
  s32,
  s64,
  s8,
  string,
  tupleOf,
  u16,
  u32,
  u64,
  u8,
  variant,
  type WireInterface,
} from './wire-interface.js'

/** Mantissa, exponent, sign. */
const float = tupleOf(u64, s16, s8)
const point = tupleOf(float, float)
const twoPoints = tupleOf(point, point)
const circle = tupleOf(point, float)
const lexeme = record('lexeme', {
  position: optionOf(u16),
  weight: optionOf(enumOf('lexeme-weight', 'A', 'B', 'C', 'D')),
  data: string,
})
const offset = variant('offset', ['eastern-hemisphere-secs', s32], ['western-hemisphere-secs', s32])
const ymd = tupleOf(s32, u32, u32)
const date = variant('date', 'positive-infinity', 'negative-infinity', ['ymd', ymd])
const interval = record('interval', {
  ...{ start: date, 'start-inclusive': bool, end: date, 'end-inclusive': bool },
})
const time = record('time', { hour: u32, min: u32, sec: u32, micro: u32 })
// As the original spells it.
const timeTz = record('time-tz', { timesonze: string, time })
const timestamp = record('timestamp', { date, time })
const timestampTz = record('timestamp-tz', { timestamp, offset })
const eui48 = record('mac-address-eui48', { bytes: tupleOf(u8, u8, u8, u8, u8, u8) })
const eui64 = record('mac-address-eui64', { bytes: tupleOf(u8, u8, u8, u8, u8, u8, u8, u8) })
const sized = tupleOf(u32, bytes)
const maybeSized = tupleOf(optionOf(u32), bytes)

/** Cases with the same payload, and one for lists of it. */
function family(type: ValueType, names: readonly string[], array?: string): (readonly [string, ValueType])[] {
  const cases = names.map((name) => [name, type] as const)
  return array === undefined ? cases : [...cases, [array, listOf(type)]]
}

const value = variant(
  'pg-value',
  'null',
  ...family(s64, ['big-int', 'int8'], 'int8-array'),
  ...family(s64, ['big-serial', 'serial8']),
  ...family(bool, ['bool', 'boolean'], 'bool-array'),
  ...family(float, ['double', 'float8'], 'float8-array'),
  ...family(float, ['real', 'float4'], 'float4-array'),
  ...family(s32, ['integer', 'int', 'int4'], 'int4-array'),
  ...family(string, ['numeric', 'decimal'], 'numeric-array'),
  ...family(u32, ['serial', 'serial4']),
  ...family(s16, ['small-int', 'int2'], 'int2-array'),
  ...family(listOf(s16), ['int2-vector'], 'int2-vector-array'),
  ...family(s16, ['small-serial', 'serial2']),
  ...family(sized, ['bit'], 'bit-array'),
  ...family(maybeSized, ['bit-varying', 'varbit'], 'varbit-array'),
  ...family(bytes, ['bytea'], 'bytea-array'),
  ...family(sized, ['char'], 'char-array'),
  ...family(maybeSized, ['varchar'], 'varchar-array'),
  ...family(string, ['cidr'], 'cidr-array'),
  ...family(string, ['inet'], 'inet-array'),
  ...family(eui48, ['macaddr'], 'macaddr-array'),
  ...family(eui64, ['macaddr8'], 'macaddr8-array'),
  ...family(twoPoints, ['box'], 'box-array'),
  ...family(circle, ['circle'], 'circle-array'),
  ...family(twoPoints, ['line'], 'line-array'),
  ...family(twoPoints, ['lseg'], 'lseg-array'),
  ...family(listOf(point), ['path'], 'path-array'),
  ...family(point, ['point'], 'point-array'),
  ...family(listOf(point), ['polygon'], 'polygon-array'),
  ...family(date, ['date'], 'date-array'),
  ...family(interval, ['interval'], 'interval-array'),
  ...family(time, ['time'], 'time-array'),
  ...family(timeTz, ['time-tz'], 'time-tz-array'),
  ...family(timestamp, ['timestamp'], 'timestamp-array'),
  ...family(timestampTz, ['timestamp-tz'], 'timestamp-tz-array'),
  ...family(string, ['json'], 'json-array'),
  ...family(string, ['jsonb'], 'jsonb-array'),
  ...family(string, ['money'], 'money-array'),
  ...family(u64, ['pg-lsn'], 'pg-lsn-array'),
  ['pg-snapshot', tupleOf(s64, s64, listOf(s64))],
  ['txid-snapshot', s64],
  ...family(string, ['name'], 'name-array'),
  ...family(string, ['text'], 'text-array'),
  ...family(string, ['xml'], 'xml-array'),
  ['ts-query', string],
  ['ts-vector', listOf(lexeme)],
  ...family(string, ['uuid'], 'uuid-array'),
  ['hstore', listOf(tupleOf(string, optionOf(string)))],
)

const row = listOf(record('result-row-entry', { 'column-name': string, value }))
const queryError = variant(
  'query-error',
  ['invalid-params', string],
  ['invalid-query', string],
  ['unexpected', string],
)
const prepareError = variant('statement-prepare-error', ['unexpected', string])
const execError = variant(
  'prepared-statement-exec-error',
  'unknown-prepared-query',
  ['query-error', queryError],
  ['unexpected', string],
)

export const query: WireInterface = {
  name: 'wasmcloud:postgres/query@0.1.1-draft',
  functions: [
    func('query', { query: string, params: listOf(value) }, resultOf(listOf(row), queryError)),
    func('query-batch', { query: string }, resultOf(undefined, queryError)),
  ],
}

export const prepared: WireInterface = {
  name: 'wasmcloud:postgres/prepared@0.1.1-draft',
  functions: [
    func('prepare', { statement: string }, resultOf(string, prepareError)),
    func('exec', { 'stmt-token': string, params: listOf(value) }, resultOf(u64, execError)),
  ],
}
