import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { ValueType } from '#washi/wit/model.js'
import { casesOf, partsOf } from '#washi/wit/type-traits.js'
import { buildRustProgram } from './rust-program.js'

/** What the independent codec made of a message. */
export type OracleAnswer =
  /** `text` is what describeValue() says of the same values; `bytes` are those values encoded again. */
  | { readonly kind: 'values'; readonly text: string; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly reason: string }

/** The value codecs of the Rust peers, running as a program. */
export interface ValueOracle extends AsyncDisposable {
  /** Decodes messages of the same types; the answers are in their order. */
  decode(types: readonly ValueType[], messages: readonly Uint8Array[]): Promise<readonly OracleAnswer[]>
}

/** Starts the program; needs cargo. */
export async function startValueOracle(): Promise<ValueOracle> {
  const child = spawn(await buildRustProgram('rust-values'), { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async decode(types, messages) {
      const described = Uint8Array.from(describeType({ kind: 'tuple', elements: types }))
      const frames = messages.flatMap((bytes) => [lengthOf(bytes.length), bytes])
      child.stdin.write(
        Buffer.concat([lengthOf(described.length), described, lengthOf(messages.length), ...frames]),
      )
      const answers: OracleAnswer[] = []
      while (answers.length < messages.length) {
        answers.push(toAnswer((await lines.next()).value as string | undefined))
      }
      return answers
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'close')
    },
  }
}

function toAnswer(line: string | undefined): OracleAnswer {
  if (line === undefined) throw new Error('the program ended')
  if (line.startsWith('error ')) return { kind: 'refused', reason: line.slice('error '.length) }
  const [text = '', hex = ''] = line.split(' ')
  return { kind: 'values', text, bytes: Uint8Array.from(Buffer.from(hex, 'hex')) }
}

function lengthOf(length: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, length, true)
  return bytes
}

const primitives = [
  ...['bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'f32', 'f64', 'char', 'string'],
]

/** A type as the program reads it. */
function describeType(type: ValueType): number[] {
  const count = (of: readonly unknown[]): number[] => [of.length & 255, of.length >> 8]
  const maybe = (of: ValueType | undefined): number[] => (of ? [1, ...describeType(of)] : [0])
  switch (type.kind) {
    case 'list':
      return [13, ...describeType(type.element)]
    case 'record':
    case 'tuple': {
      const parts = partsOf(type) ?? []
      return [14, ...count(parts), ...parts.flatMap(describeType)]
    }
    case 'variant':
    case 'enum': {
      const cases = casesOf(type) ?? []
      return [15, ...count(cases), ...cases.flatMap((entry) => maybe(entry.type))]
    }
    case 'option':
      return [16, ...describeType(type.element)]
    case 'result':
      return [17, ...maybe(type.ok), ...maybe(type.err)]
    case 'flags':
      return [18, ...count(type.names)]
    case 'own':
    case 'borrow':
      return [19]
    default:
      return [primitives.indexOf(type.kind)]
  }
}
