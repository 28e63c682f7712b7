import {
  toFloat,
  toFloat32,
  type Lexeme,
  type PgDate,
  type PgOffset,
  type PgTime,
  type PgTimestamp,
  type PgValue,
  type Point,
} from './pg-value.js'
import { readArray } from './read-array.js'

type Read = (text: string) => unknown

const asIs: Read = (text) => text
const bytesOf: Read = (text) => Buffer.from(text)

/** Types by the number that Postgres has for them: the case of pg-value, and how its payload is read; then the array of it. */
const types: readonly (readonly [oid: number, tag: string, read: Read, arrayOid?: number])[] = [
  [16, 'bool', (text) => text === 't', 1000],
  [17, 'bytea', readBytea, 1001],
  [18, 'char', (text) => [Buffer.byteLength(text), bytesOf(text)], 1002],
  [19, 'name', asIs, 1003],
  [20, 'int8', BigInt, 1016],
  [21, 'int2', Number, 1005],
  [22, 'int2-vector', readVector, 1006],
  [23, 'int4', Number, 1007],
  [25, 'text', asIs, 1009],
  [26, 'int8', BigInt, 1028],
  [114, 'json', asIs, 199],
  [142, 'xml', asIs, 143],
  [600, 'point', (text) => readPoints(text)[0], 1017],
  [601, 'lseg', (text) => readPoints(text).slice(0, 2), 1018],
  [602, 'path', readPoints, 1019],
  [603, 'box', (text) => readPoints(text).slice(0, 2).reverse(), 1020],
  [604, 'polygon', readPoints, 1027],
  [628, 'line', readLine, 629],
  [650, 'cidr', asIs, 651],
  [700, 'float4', (text) => toFloat32(Number(text)), 1021],
  [701, 'float8', (text) => toFloat(Number(text)), 1022],
  [718, 'circle', readCircle, 719],
  [774, 'macaddr8', readMac, 775],
  [790, 'money', (text) => text.replace(/[^\d.-]/g, ''), 791],
  [829, 'macaddr', readMac, 1040],
  [869, 'inet', asIs, 1041],
  [1042, 'char', (text) => [Buffer.byteLength(text), bytesOf(text)], 1014],
  [1043, 'varchar', (text) => [Buffer.byteLength(text), bytesOf(text)], 1015],
  [1082, 'date', readDate, 1182],
  [1083, 'time', readTime, 1183],
  [1114, 'timestamp', readTimestamp, 1115],
  [1184, 'timestamp-tz', readTimestampTz, 1185],
  [1266, 'time-tz', readTimeTz, 1270],
  [1560, 'bit', (text) => [text.length, readBits(text)], 1561],
  [1562, 'varbit', (text) => [text.length, readBits(text)], 1563],
  [1700, 'numeric', asIs, 1231],
  [2950, 'uuid', asIs, 2951],
  [3220, 'pg-lsn', readLsn, 3221],
  [3614, 'ts-vector', readLexemes],
  [3615, 'ts-query', asIs],
  [3802, 'jsonb', asIs, 3807],
  [5038, 'pg-snapshot', readSnapshot],
]

const readers = new Map<number, (text: string) => PgValue>()
for (const [oid, tag, read, arrayOid] of types) {
  readers.set(oid, (text) => ({ tag, val: read(text) }))
  if (arrayOid === undefined) continue
  // Boxes have commas, so something else stands between them.
  const delimiter = tag === 'box' ? ';' : ','
  readers.set(arrayOid, (text) => ({ tag: `${tag}-array`, val: readArray(text, delimiter).map(read) }))
}

/** The value of a column in Postgres' text form; what pg-value has no case for is text. Throws for what it cannot hold. */
export function readValue(oid: number, text: string): PgValue {
  return readers.get(oid)?.(text) ?? { tag: 'text', val: text }
}

function readBytea(text: string): Uint8Array {
  return Buffer.from(text.slice(2), 'hex')
}

function readVector(text: string): readonly number[] {
  return text === '' ? [] : text.split(' ').map(Number)
}

function readBits(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(text.length / 8))
  for (let bit = 0; bit < text.length; bit += 1) {
    const index = bit >> 3
    if (text.charAt(bit) === '1') bytes[index] = (bytes[index] ?? 0) | (0x80 >> (bit & 7))
  }
  return bytes
}

function numbersIn(text: string): readonly number[] {
  return (text.match(/-?(?:\d[\d.]*(?:e[+-]?\d+)?|Infinity)|NaN/gi) ?? []).map(Number)
}

function readPoints(text: string): readonly Point[] {
  const numbers = numbersIn(text)
  const points: Point[] = []
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    points.push([toFloat(numbers[index] ?? 0), toFloat(numbers[index + 1] ?? 0)])
  }
  return points
}

function readCircle(text: string): unknown {
  const [x = 0, y = 0, radius = 0] = numbersIn(text)
  return [[toFloat(x), toFloat(y)], toFloat(radius)]
}

/** Two points of Ax + By + C = 0. */
function readLine(text: string): readonly Point[] {
  const [a = 0, b = 0, c = 0] = numbersIn(text)
  const pair = (x: number, y: number): Point => [toFloat(x + 0), toFloat(y + 0)]
  return b === 0 ? [pair(-c / a, 0), pair(-c / a, 1)] : [pair(0, -c / b), pair(1, -(a + c) / b)]
}

function readMac(text: string): unknown {
  return { bytes: text.split(':').map((part) => Number.parseInt(part, 16)) }
}

function readDate(text: string): PgDate {
  if (text === 'infinity') return { tag: 'positive-infinity' }
  if (text === '-infinity') return { tag: 'negative-infinity' }
  const [, year = '0', month = '1', day = '1', isBefore] = /^(\d+)-(\d+)-(\d+).*?( BC)?$/.exec(text) ?? []
  return { tag: 'ymd', val: [isBefore ? 1 - Number(year) : Number(year), Number(month), Number(day)] }
}

function readTime(text: string): PgTime {
  const [, hour, min, sec, fraction = ''] = /(\d\d):(\d\d):(\d\d)(?:\.(\d+))?/.exec(text) ?? []
  const micro = Number(fraction.padEnd(6, '0').slice(0, 6))
  return { hour: Number(hour ?? 0), min: Number(min ?? 0), sec: Number(sec ?? 0), micro }
}

function readTimestamp(text: string): PgTimestamp {
  return { date: readDate(text), time: readTime(text) }
}

function readTimestampTz(text: string): unknown {
  return { timestamp: readTimestamp(text), offset: readOffset(text) }
}

function readOffset(text: string): PgOffset {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?(?: BC)?$/.exec(text) ?? []
  const val = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return { tag: sign === '-' ? 'western-hemisphere-secs' : 'eastern-hemisphere-secs', val }
}

function readTimeTz(text: string): unknown {
  return { timesonze: /[+-][\d:]+$/.exec(text)?.[0] ?? '', time: readTime(text) }
}

function readLsn(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/')
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}

function readSnapshot(text: string): unknown {
  const [min = '0', max = '0', running = ''] = text.split(':')
  return [BigInt(min), BigInt(max), running === '' ? [] : running.split(',').map(BigInt)]
}

/** One lexeme for each place where it is. */
function readLexemes(text: string): readonly Lexeme[] {
  const lexemes: Lexeme[] = []
  for (const [, quoted = '', places = ''] of text.matchAll(/'((?:[^']|'')*)'(?::([\dA-D,]+))?/g)) {
    const data = quoted.replaceAll("''", "'")
    for (const place of places === '' ? [''] : places.split(',')) {
      const [, position, weight] = /^(\d+)([A-D])?$/.exec(place) ?? []
      lexemes.push({
        position: position === undefined ? undefined : Number(position),
        weight: weight as Lexeme['weight'], // one of the letters, as just matched
        data,
      })
    }
  }
  return lexemes
}
