// Encoding and decoding of wRPC values: nanoseconds for each message of a signature, and bytes of it.
//   npm run bench:codec -- [--seconds 0.3]
import { parseArgs } from 'node:util'
import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import { createCompletionScanner } from '#washi/wit/codec/completion-scanner.js'
import type { PrimitiveKind, ValueType } from '#washi/wit/model.js'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '0.3' } } })
const budgetMs = Number(values.seconds) * 1000

const primitive = (kind: PrimitiveKind): ValueType => ({ kind })
const listOf = (element: ValueType): ValueType => ({ kind: 'list', element })
const [u32, u64, f64, string] = (['u32', 'u64', 'f64', 'string'] as const).map(primitive) as [
  ...[ValueType, ValueType, ValueType, ValueType],
]
const bytes = listOf(primitive('u8'))
const item: ValueType = {
  kind: 'record',
  fields: [
    { name: 'id', type: u64 },
    { name: 'item-name', type: string },
    { name: 'price', type: f64 },
    { name: 'tags', type: listOf(string) },
    { name: 'note', type: { kind: 'option', element: string } },
  ],
}
const itemOf = (id: number): unknown => ({
  id: BigInt(id) * 1_000_003n,
  itemName: `item number ${id}`,
  price: id * 1.1,
  tags: ['new', 'sale'],
  note: id % 2 ? 'fragile, handle with care' : undefined,
})
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
  ['record', [item], [itemOf(1)]],
  ['list of 100 records', [listOf(item)], [Array.from({ length: 100 }, (_, index) => itemOf(index))]],
]

console.log('| signature | bytes | encode ns | decode ns | find the end ns |\n|---|---:|---:|---:|---:|')
for (const [what, types, given] of signatures) {
  const codec = createTupleCodec(types)
  const encoded = codec.encode(given)
  const times = [
    nsOf(() => codec.encode(given)),
    nsOf(() => codec.decode(encoded)),
    nsOf(() => createCompletionScanner(types).push(encoded)),
  ]
  console.log(`| ${what} | ${encoded.length} | ${times.map((ns) => ns.toFixed(0)).join(' | ')} |`)
}

/** Median over batches of a few milliseconds. */
function nsOf(run: () => unknown): number {
  let batch = 1
  for (let ms = 0; ms < 2; batch *= 2) ms = timeOf(run, batch)
  const batches: number[] = []
  const end = performance.now() + budgetMs
  while (performance.now() < end) batches.push((timeOf(run, batch) * 1e6) / batch)
  return batches.sort((a, b) => a - b)[batches.length >> 1] ?? NaN
}

function timeOf(run: () => unknown, times: number): number {
  const start = performance.now()
  for (let index = 0; index < times; index += 1) run()
  return performance.now() - start
}
