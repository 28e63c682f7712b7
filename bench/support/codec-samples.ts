import type { PrimitiveKind, ValueType } from '#washi/wit/model.js'

const primitive = (kind: PrimitiveKind): ValueType => ({ kind })

export const u32 = primitive('u32')
export const u64 = primitive('u64')
export const f64 = primitive('f64')
export const string = primitive('string')

/** A list of such elements. */
export const listOf = (element: ValueType): ValueType => ({ kind: 'list', element })

export const bytes = listOf(primitive('u8'))

/** A record of what records usually have. */
export const itemType: ValueType = {
  kind: 'record',
  fields: [
    { name: 'id', type: u64 },
    { name: 'item-name', type: string },
    { name: 'price', type: f64 },
    { name: 'tags', type: listOf(string) },
    { name: 'note', type: { kind: 'option', element: string } },
  ],
}

/** Such a record. */
export const itemOf = (id: number): unknown => ({
  id: BigInt(id) * 1_000_003n,
  itemName: `item number ${id}`,
  price: id * 1.1,
  tags: ['new', 'sale'],
  note: id % 2 ? 'fragile, handle with care' : undefined,
})

/** Nanoseconds of one run: the median over batches of a few milliseconds. */
export function nsOf(run: () => unknown, budgetMs: number): number {
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
