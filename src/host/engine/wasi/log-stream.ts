import { StringDecoder } from 'node:string_decoder'
import type { GuestLogLine } from '../guest-pool.js'
import type { GuestHost } from './guest-host.js'
import { OutputStream } from './io/output-stream.js'

/** Longer lines are cut into several. */
const maxLineLength = 16 * 1024
const room = 64 * 1024

/** The standard output or error of a guest: its text, line by line, into the log. */
export class LineLog {
  readonly #host: GuestHost
  readonly #stream: 'stdout' | 'stderr'
  readonly #level: GuestLogLine['level']
  #decoder = new StringDecoder('utf8')
  #rest = ''

  constructor(host: GuestHost, stream: 'stdout' | 'stderr') {
    this.#host = host
    this.#stream = stream
    this.#level = stream === 'stderr' ? 'error' : 'info'
  }

  write(bytes: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(bytes))).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#emit(line)
    for (; this.#rest.length > maxLineLength; this.#rest = this.#rest.slice(maxLineLength)) {
      this.#emit(this.#rest.slice(0, maxLineLength))
    }
  }

  /** The guest's call is over: a line without its end goes out too. */
  finish(): void {
    if (this.#rest === '') return
    const line = this.#rest + this.#decoder.end()
    this.#rest = ''
    this.#emit(line)
  }

  #emit(line: string): void {
    const message = line.endsWith('\r') ? line.slice(0, -1) : line
    this.#host.log({ stream: this.#stream, level: this.#level, context: '', message })
  }
}

/** An output stream into a LineLog. */
export class LogOutputStream extends OutputStream {
  readonly #lines: LineLog

  constructor(host: GuestHost, lines: LineLog) {
    super(host)
    this.#lines = lines
  }

  /** As in wasmtime, these streams take what comes: JavaScript guests write their last words without asking. */
  protected override readonly isBounded = false

  protected override room(): number {
    return room
  }

  protected override put(bytes: Uint8Array): void {
    this.#lines.write(bytes)
  }

  protected override pushOut(): void {
    // Lines go out when they are complete.
  }
}
