import {
  fromFloat,
  type Float,
  type Lexeme,
  type PgDate,
  type PgOffset,
  type PgTime,
  type PgTimestamp,
  type PgValue,
  type Point,
} from './pg-value.js'
import { writeArray } from './read-array.js'

type Write = (val: never) => string

const asText: Write = (val: unknown) => String(val)
const sized: Write = ([, bytes]: readonly [unknown, Uint8Array]) => Buffer.from(bytes).toString()

/** How the payload of a case is written, for those that are not simply text. Arrays are lists of the same. */
const writers: Readonly<Record<string, Write>> = {
  ...Object.fromEntries(['double', 'float8', 'real', 'float4'].map((tag) => [tag, writeFloat])),
  'int2-vector': (val: readonly number[]) => val.join(' '),
  bit: writeBits,
  'bit-varying': writeBits,
  varbit: writeBits,
  bytea: (val: Uint8Array) => `\\x${Buffer.from(val).toString('hex')}`,
  char: sized,
  varchar: sized,
  macaddr: writeMac,
  macaddr8: writeMac,
  point: writePoint,
  box: writePoints,
  lseg: (val: readonly Point[]) => `[${writePoints(val as never)}]`,
  line: (val: readonly Point[]) => `[${writePoints(val as never)}]`,
  path: (val: readonly Point[]) => `(${writePoints(val as never)})`,
  polygon: (val: readonly Point[]) => `(${writePoints(val as never)})`,
  circle: ([center, radius]: readonly [Point, Float]) => `<${writePoint(center)},${fromFloat(radius)}>`,
  date: writeDate,
  time: writeTime,
  'time-tz': ({ timesonze, time }: { timesonze: string; time: PgTime }) => `${writeTime(time)}${timesonze}`,
  timestamp: writeTimestamp,
  'timestamp-tz': ({ timestamp, offset }: { timestamp: PgTimestamp; offset: PgOffset }) =>
    writeTimestamp(timestamp, writeOffset(offset)),
  interval: writeRange,
  'pg-lsn': (val: bigint) => `${(val >> 32n).toString(16)}/${(val & 0xffffffffn).toString(16)}`,
  'pg-snapshot': ([min, max, running]: readonly [bigint, bigint, readonly bigint[]]) =>
    `${min}:${max}:${running.join(',')}`,
  'ts-vector': writeLexemes,
  hstore: writePairs,
}

/** A parameter of a query in Postgres' text form; null for NULL. */
export function writeValue(value: PgValue): string | null {
  if (!('val' in value)) return null
  const { tag, val } = value
  if (!tag.endsWith('-array')) return write(tag, val)
  const element = tag.slice(0, -'-array'.length)
  // Numbers come as typed arrays, whose map() would make numbers again.
  const elements = Array.from(val as readonly unknown[], (each) => write(element, each)) // a list, by its case
  return writeArray(elements, element === 'box' ? ';' : ',')
}

function write(tag: string, val: unknown): string {
  return (writers[tag] ?? asText)(val as never) // as decoded: the case says what it holds
}

function writeFloat(val: Float): string {
  return String(fromFloat(val))
}

function writeBits([length, bytes]: readonly [number | undefined, Uint8Array]): string {
  const text = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return length === undefined ? text : text.slice(0, length)
}

function writeMac({ bytes }: { readonly bytes: readonly number[] }): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}

function writePoint([x, y]: Point): string {
  return `(${fromFloat(x)},${fromFloat(y)})`
}

function writePoints(points: readonly Point[]): string {
  return points.map(writePoint).join(',')
}

function writeDate(date: PgDate): string {
  const { text, era } = dateParts(date)
  return `${text}${era}`
}

function dateParts(date: PgDate): { readonly text: string; readonly era: string } {
  if (date.tag !== 'ymd')
    return { text: date.tag === 'positive-infinity' ? 'infinity' : '-infinity', era: '' }
  const [year, month, day] = date.val
  const pad = (value: number, length: number): string => String(value).padStart(length, '0')
  const text = `${pad(year > 0 ? year : 1 - year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
  return { text, era: year > 0 ? '' : ' BC' }
}

function writeTime({ hour, min, sec, micro }: PgTime): string {
  const [h, m, s] = [hour, min, sec].map((part) => String(part).padStart(2, '0'))
  return `${h}:${m}:${s}.${String(micro).padStart(6, '0')}`
}

function writeTimestamp({ date, time }: PgTimestamp, zone = ''): string {
  const { text, era } = dateParts(date)
  return date.tag === 'ymd' ? `${text} ${writeTime(time)}${zone}${era}` : text
}

function writeOffset({ tag, val }: PgOffset): string {
  const part = (seconds: number): string => String(Math.floor(seconds)).padStart(2, '0')
  const sign = tag === 'western-hemisphere-secs' ? '-' : '+'
  return `${sign}${part(val / 3600)}:${part((val % 3600) / 60)}:${part(val % 60)}`
}

/** What the original calls an interval is a range of dates. */
function writeRange(range: {
  readonly start: PgDate
  readonly 'start-inclusive': boolean
  readonly end: PgDate
  readonly 'end-inclusive': boolean
}): string {
  const [open, close] = [range['start-inclusive'] ? '[' : '(', range['end-inclusive'] ? ']' : ')']
  return `${open}${writeDate(range.start)},${writeDate(range.end)}${close}`
}

function writeLexemes(lexemes: readonly Lexeme[]): string {
  return lexemes
    .map(({ data, position, weight }) => {
      const place = position === undefined ? '' : `:${position}${weight ?? ''}`
      return `'${data.replace(/['\\]/g, '$&$&')}'${place}`
    })
    .join(' ')
}

function writePairs(pairs: readonly (readonly [string, string | undefined])[]): string {
  const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`
  return pairs
    .map(([key, value]) => `${quote(key)}=>${value === undefined ? 'NULL' : quote(value)}`)
    .join(', ')
}
