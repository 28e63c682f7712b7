import type { CallFailure } from '../../http-exchange.js'
import { GuestExit, LinkedCallFailed } from '../wasi/trap.js'

/** Thrown into a guest that waits when its call has to end. */
export class CallAborted extends Error {
  override readonly name = 'CallAborted'
  readonly failure: CallFailure

  constructor(failure: CallFailure) {
    super(failure.message)
    this.failure = failure
  }
}

/** Failures of what a guest calls that its own caller hears of as such; others look like a trap of the guest. */
const toldOn: ReadonlySet<CallFailure['kind']> = new Set([
  'no-link',
  'unavailable',
  'refused',
  'bad-value',
  'deadline',
])

/** What a guest function threw, as a failure of its call with the guest's stack. */
export function describeGuestFailure(thrown: unknown): {
  readonly failure: CallFailure
  readonly stack: string
} {
  if (thrown instanceof CallAborted) return { failure: thrown.failure, stack: guestStack(thrown) }
  if (thrown instanceof GuestExit) {
    return { failure: { kind: 'exit', message: thrown.message }, stack: guestStack(thrown) }
  }
  if (thrown instanceof LinkedCallFailed) {
    const kind = toldOn.has(thrown.failure.kind) ? thrown.failure.kind : 'trap'
    return { failure: { kind, message: thrown.message }, stack: guestStack(thrown) }
  }
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) {
    return { failure: { kind: 'trap', message: 'call stack exhausted' }, stack: guestStack(thrown, 12) }
  }
  if (thrown instanceof Error) {
    const kind = /memory allocation|out of memory/i.test(thrown.message) ? 'memory' : 'trap'
    return { failure: { kind, message: thrown.message }, stack: guestStack(thrown) }
  }
  return { failure: { kind: 'trap', message: String(thrown) }, stack: '' }
}

/** The frames of WebAssembly code, innermost first, with function names where the binary has them. */
function guestStack(error: Error, maxFrames = 40): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => line.includes('wasm'))
  return frames.slice(0, maxFrames).map(shortenFrame).join('\n')
}

/** `at recurse (wasm://wasm/trouble-0012:wasm-function[12]:0x3f2)` without the address of the module. */
function shortenFrame(frame: string): string {
  const match = /^\s*at (?:(.*) \()?wasm:\/\/.*?:(wasm-function\[\d+\]):(0x[0-9a-f]+)\)?$/.exec(frame)
  if (!match) return `    ${frame.trim()}`
  const [, name, index, offset] = match
  return name === undefined ? `    at ${index} (${offset})` : `    at ${name} (${index} ${offset})`
}
