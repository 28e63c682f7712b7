// What calls between components would gain from going between guest memory and wRPC bytes without JavaScript values: the
// way through values (lift and encode; decode and lower), which the linker and the codec take, against code as it could be
// generated, written out here for a few signatures.
import { isUtf8 } from 'node:buffer'
import { readUtf8, utf8Length, writeUtf8 } from '#washi/host/engine/linker/runtime/strings.js'
import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import type { ValueType } from '#washi/wit/model.js'
import { bytes, itemOf, itemType, listOf, nsOf, string, u32 } from './support/codec-samples.js'

const memory = new Uint8Array(1 << 20)
const view = new DataView(memory.buffer)
let free = 0

/** As a guest's realloc, the cheapest that there is. */
function allocate(size: number, alignment: number): number {
  const at = (free + alignment - 1) & -alignment
  free = at + size
  return at
}

/** Both ways of a signature, on values that lie in memory at `start`. */
interface Subject {
  readonly what: string
  readonly types: readonly ValueType[]
  readonly values: readonly unknown[]
  readonly lift: (at: number) => unknown[]
  readonly lower: (values: readonly unknown[]) => number
  readonly encode: (at: number) => Uint8Array
  readonly decode: (bytes: Uint8Array) => number
}

const load = (at: number): number => view.getUint32(at, true)

function store(at: number, value: number): void {
  view.setUint32(at, value, true)
}

const liftString = (at: number): string => readUtf8(memory, load(at), load(at + 4))

function lowerString(text: string, at: number): void {
  const length = utf8Length(text)
  const pointer = allocate(length, 1)
  writeUtf8(text, memory, pointer, length)
  store(at, pointer)
  store(at + 4, length)
}

function liftItem(at: number): unknown {
  const tags: string[] = []
  for (let index = 0; index < load(at + 28); index += 1) tags.push(liftString(load(at + 24) + 8 * index))
  return {
    id: view.getBigUint64(at, true),
    itemName: liftString(at + 8),
    price: view.getFloat64(at + 16, true),
    tags,
    note: memory[at + 32] === 1 ? liftString(at + 36) : undefined,
  }
}

interface Item {
  readonly id: bigint
  readonly itemName: string
  readonly price: number
  readonly tags: readonly string[]
  readonly note: string | undefined
}

function lowerItem(item: Item, at: number): void {
  view.setBigUint64(at, item.id, true)
  lowerString(item.itemName, at + 8)
  view.setFloat64(at + 16, item.price, true)
  const tags = allocate(8 * item.tags.length, 4)
  for (const [index, tag] of item.tags.entries()) lowerString(tag, tags + 8 * index)
  store(at + 24, tags)
  store(at + 28, item.tags.length)
  memory[at + 32] = item.note === undefined ? 0 : 1
  if (item.note !== undefined) lowerString(item.note, at + 36)
}

let out = new Uint8Array(1 << 17)
let end = 0

const slabBytes = 16 * 1024
let slab = new Uint8Array(slabBytes)
let slabAt = 0

/** As the codec's writer. */
function taken(): Uint8Array {
  const length = end
  end = 0
  if (length <= 64 || length > 1024) return out.slice(0, length)
  if (slab.length - slabAt < length) {
    slab = new Uint8Array(slabBytes)
    slabAt = 0
  }
  const message = slab.subarray(slabAt, slabAt + length)
  slabAt += length
  message.set(out.subarray(0, length))
  return message
}

function writeLeb(value: number): void {
  let rest = value
  for (; rest > 0x7f; rest >>>= 7) out[end++] = (rest & 0x7f) | 0x80
  out[end++] = rest
}

function need(size: number): void {
  if (out.length - end >= size) return
  const grown = new Uint8Array(2 * out.length + size)
  grown.set(out)
  out = grown
}

function copyBytes(pointer: number, length: number): void {
  need(length + 5)
  writeLeb(length)
  if (pointer + length > memory.length) throw new RangeError('out of memory')
  if (length > 48) out.set(memory.subarray(pointer, pointer + length), end)
  else for (let index = 0; index < length; index += 1) out[end + index] = memory[pointer + index] ?? 0
  end += length
}

/** Text must be checked where it is not decoded. */
function checkText(from: Uint8Array, pointer: number, length: number): void {
  if (length <= 48) {
    let index = 0
    while (index < length && (from[pointer + index] ?? 0) < 0x80) index += 1
    if (index === length) return
  }
  if (!isUtf8(from.subarray(pointer, pointer + length))) throw new TypeError('text is no UTF-8')
}

function copyText(at: number): void {
  checkText(memory, load(at), load(at + 4))
  copyBytes(load(at), load(at + 4))
}

function copyItem(at: number): void {
  need(64)
  let low = load(at)
  let high = load(at + 4)
  for (; high !== 0 || low > 0x7f; high >>>= 7) {
    out[end++] = (low & 0x7f) | 0x80
    low = ((low >>> 7) | (high << 25)) >>> 0
  }
  out[end++] = low
  copyText(at + 8)
  for (let index = 0; index < 8; index += 1) out[end++] = memory[at + 16 + index] ?? 0
  writeLeb(load(at + 28))
  for (let index = 0; index < load(at + 28); index += 1) copyText(load(at + 24) + 8 * index)
  out[end++] = memory[at + 32] ?? 0
  if (memory[at + 32] === 1) copyText(at + 36)
}

let input: Uint8Array = out
let next = 0

function readLeb(): number {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = input[next++] ?? 0
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return value >>> 0
  }
}

function placeBytes(at: number, isText: boolean): void {
  const length = readLeb()
  if (length > input.length - next) throw new RangeError('the bytes end')
  if (isText) checkText(input, next, length)
  const pointer = allocate(length, 1)
  if (length > 48) memory.set(input.subarray(next, next + length), pointer)
  else for (let index = 0; index < length; index += 1) memory[pointer + index] = input[next + index] ?? 0
  next += length
  store(at, pointer)
  store(at + 4, length)
}

function placeItem(at: number): void {
  let [low, high, shift] = [0, 0, 0]
  for (; ; shift += 7) {
    const byte = input[next++] ?? 0
    const seven = byte & 0x7f
    if (shift < 32) low |= seven << shift
    if (shift >= 28) high |= shift < 32 ? seven >> (32 - shift) : seven << (shift - 32)
    if (byte < 0x80) break
  }
  store(at, low)
  store(at + 4, high)
  placeBytes(at + 8, true)
  for (let index = 0; index < 8; index += 1) memory[at + 16 + index] = input[next++] ?? 0
  const count = readLeb()
  const tags = allocate(8 * count, 4)
  for (let index = 0; index < count; index += 1) placeBytes(tags + 8 * index, true)
  store(at + 24, tags)
  store(at + 28, count)
  const isSome = input[next++] ?? 0
  memory[at + 32] = isSome
  if (isSome === 1) placeBytes(at + 36, true)
}

/** Begins the reading of a message. */
function open(message: Uint8Array): void {
  input = message
  next = 0
}

const itemSize = 48

const strings = (what: string, text: string): Subject => ({
  what,
  types: [string],
  values: [text],
  lift: (at) => [liftString(at)],
  lower(values) {
    const at = allocate(8, 4)
    lowerString(values[0] as string, at)
    return at
  },
  encode(at) {
    copyText(at)
    return taken()
  },
  decode(message) {
    open(message)
    const at = allocate(8, 4)
    placeBytes(at, true)
    return at
  },
})

const byteLists = (what: string, length: number): Subject => ({
  what,
  types: [bytes],
  values: [new Uint8Array(length).fill(7)],
  lift: (at) => [memory.slice(load(at), load(at) + load(at + 4))],
  lower(values) {
    const list = values[0] as Uint8Array
    const at = allocate(8, 4)
    store(at, allocate(list.length, 1))
    store(at + 4, list.length)
    memory.set(list, load(at))
    return at
  },
  encode(at) {
    copyBytes(load(at), load(at + 4))
    return taken()
  },
  decode(message) {
    open(message)
    const at = allocate(8, 4)
    placeBytes(at, false)
    return at
  },
})

const numbers: Subject = {
  what: '(u32, u32)',
  types: [u32, u32],
  values: [7, 123_456_789],
  lift: (at) => [load(at), load(at + 4)],
  lower(values) {
    const at = allocate(8, 4)
    store(at, values[0] as number)
    store(at + 4, values[1] as number)
    return at
  },
  encode(at) {
    writeLeb(load(at))
    writeLeb(load(at + 4))
    return taken()
  },
  decode(message) {
    open(message)
    const at = allocate(8, 4)
    store(at, readLeb())
    store(at + 4, readLeb())
    return at
  },
}

const items = (what: string, count: number): Subject => ({
  what,
  types: [listOf(itemType)],
  values: [Array.from({ length: count }, (_, index) => itemOf(index))],
  lift(at) {
    const list: unknown[] = []
    for (let index = 0; index < load(at + 4); index += 1) list.push(liftItem(load(at) + itemSize * index))
    return [list]
  },
  lower(values) {
    const list = values[0] as readonly Item[]
    const at = allocate(8, 4)
    store(at, allocate(itemSize * list.length, 8))
    store(at + 4, list.length)
    for (const [index, item] of list.entries()) lowerItem(item, load(at) + itemSize * index)
    return at
  },
  encode(at) {
    writeLeb(load(at + 4))
    for (let index = 0; index < load(at + 4); index += 1) copyItem(load(at) + itemSize * index)
    return taken()
  },
  decode(message) {
    open(message)
    const count = readLeb()
    const at = allocate(8, 4)
    store(at, allocate(itemSize * count, 8))
    store(at + 4, count)
    for (let index = 0; index < count; index += 1) placeItem(load(at) + itemSize * index)
    return at
  },
})

/** Prints both ways of each signature. */
export function printDirect(budgetMs: number): void {
  console.log(
    '\n| signature | lift and encode ns | direct ns | decode and lower ns | direct ns |\n|---|---:|---:|---:|---:|',
  )
  for (const subject of [
    strings('string of 11', 'hello world'),
    strings('string of 1 KB', '0123456789abcdef'.repeat(64)),
    numbers,
    byteLists('list<u8> of 1 KB', 1024),
    byteLists('list<u8> of 64 KB', 65_536),
    items('record', 1),
    items('list of 100 records', 100),
  ]) {
    printRow(subject, budgetMs)
  }
}

function printRow({ what, types, values, lift, lower, encode, decode }: Subject, budgetMs: number): void {
  const codec = createTupleCodec(types, { makesViews: true })
  free = 0
  const start = lower(values)
  const reserved = free
  const message = codec.encode(values)
  const again = lift(decode(message))
  if (!Buffer.from(encode(start)).equals(message) || !Buffer.from(codec.encode(again)).equals(message)) {
    throw new Error(`${what}: the ways differ`)
  }
  const reset = <T>(run: () => T): T => {
    free = reserved
    return run()
  }
  const times = [
    () => codec.encode(lift(start)),
    () => encode(start),
    () => reset(() => lower(codec.decode(message))),
    () => reset(() => decode(message)),
  ].map((run) => nsOf(run, budgetMs).toFixed(0))
  console.log(`| ${what} | ${times.join(' | ')} |`)
}
