// Encoding and decoding of wRPC values: nanoseconds for each message of a signature, and bytes of it. Then what calls
// between components take through JavaScript values and would take without (direct-values.ts).
//   npm run bench:codec -- [--seconds 0.3]
import { parseArgs } from 'node:util'
import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import { createCompletionScanner } from '#washi/wit/codec/completion-scanner.js'
import type { ValueType } from '#washi/wit/model.js'
import { printDirect } from './direct-values.js'
import { bytes, f64, itemOf, itemType, listOf, nsOf, string, u32, u64 } from './support/codec-samples.js'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '0.3' } } })
const budgetMs = Number(values.seconds) * 1000
const numbers = Array.from({ length: 1000 }, (_, index) => index * 65_537)

const signatures: readonly (readonly [string, readonly ValueType[], readonly unknown[]])[] = [
  ['string of 11', [string], ['hello world']],
  ['string of 40, not ASCII', [string], ['Zwölf Boxkämpfer jagen Viktor über Sylt.']],
  ['string of 1 KB', [string], ['0123456789abcdef'.repeat(64)]],
  ['(u32, u32)', [u32, u32], [7, 123_456_789]],
  ['(u64, u64)', [u64, u64], [7n, 0x1234_5678_9abc_def0n]],
  ['list<u8> of 1 KB', [bytes], [new Uint8Array(1024).fill(7)]],
  ['list<u8> of 64 KB', [bytes], [new Uint8Array(65_536).fill(7)]],
  ['list<u32> of 1000', [listOf(u32)], [Uint32Array.from(numbers)]],
  ['list<u64> of 1000', [listOf(u64)], [BigUint64Array.from(numbers, (value) => BigInt(value) ** 2n)]],
  ['list<f64> of 1000', [listOf(f64)], [Float64Array.from(numbers)]],
  ['record', [itemType], [itemOf(1)]],
  ['list of 100 records', [listOf(itemType)], [Array.from({ length: 100 }, (_, index) => itemOf(index))]],
]

console.log('| signature | bytes | encode ns | decode ns | find the end ns |\n|---|---:|---:|---:|---:|')
for (const [what, types, given] of signatures) {
  const codec = createTupleCodec(types)
  const encoded = codec.encode(given)
  const times = [
    nsOf(() => codec.encode(given), budgetMs),
    nsOf(() => codec.decode(encoded), budgetMs),
    nsOf(() => createCompletionScanner(types).push(encoded), budgetMs),
  ]
  console.log(`| ${what} | ${encoded.length} | ${times.map((ns) => ns.toFixed(0)).join(' | ')} |`)
}

printDirect(budgetMs)
