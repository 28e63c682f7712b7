import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { buildRustProgram } from './rust-program.js'

/** What the independent validator says of a binary: undefined where it is valid. */
export interface Refusal {
  readonly offset: number
  readonly message: string
}

/** A running validator: the wasmparser crate, without asynchronous and garbage collection features. */
export interface ComponentOracle extends AsyncDisposable {
  /** Validates binaries; the answers are in their order. */
  validate(binaries: readonly Uint8Array[]): Promise<readonly (Refusal | undefined)[]>
}

/** Starts the validator; needs cargo. */
export async function startComponentOracle(): Promise<ComponentOracle> {
  const child = spawn(await buildRustProgram('rust-wasmparser'), { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (!child.stdin.write(bytes)) await once(child.stdin, 'drain')
  }
  return {
    async validate(binaries) {
      const answers: (Refusal | undefined)[] = []
      for (const binary of binaries) {
        const length = new Uint8Array(4)
        new DataView(length.buffer).setUint32(0, binary.length, true)
        await write(length)
        await write(binary)
        answers.push(toRefusal((await lines.next()).value as string | undefined))
      }
      return answers
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'close')
    },
  }
}

function toRefusal(line: string | undefined): Refusal | undefined {
  if (line === undefined) throw new Error('the validator ended')
  const match = /^invalid (\d+) (.*)$/.exec(line)
  if (match) return { offset: Number(match[1]), message: match[2] ?? '' }
  if (line === 'valid') return undefined
  throw new Error(`the validator said "${line}"`)
}
