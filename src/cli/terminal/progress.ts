import type { Palette } from './palette.js'

/** Shows steps of a long command on standard error. */
export interface Progress {
  /** Begins a step; the one before it counts as done. */
  step(text: string): void
  /** A line beside the steps. */
  note(text: string): void
  /** Ends the last step as done. Idempotent. */
  done(): void
  /** Ends the last step as failed. Idempotent. */
  fail(): void
}

/** Where progress is drawn: a terminal gets a spinner, anything else one line per step. */
export interface ProgressTarget {
  readonly isTTY: boolean
  readonly palette: Palette
  write(text: string): void
  /** Calls `action` every `intervalMs`; the returned function ends it. */
  every(intervalMs: number, action: () => void): () => void
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const eraseLine = '\r\u001b[2K'

/** Starts without a step; draws nothing until the first. */
export function createProgress(target: ProgressTarget): Progress {
  return target.isTTY ? new SpinnerProgress(target) : new PlainProgress(target)
}

class PlainProgress implements Progress {
  readonly #target: ProgressTarget

  constructor(target: ProgressTarget) {
    this.#target = target
  }

  step(text: string): void {
    this.#target.write(`${text}\n`)
  }

  note(text: string): void {
    this.#target.write(`${text}\n`)
  }

  done(): void {
    // each step was a whole line
  }

  fail(): void {
    // the error says what failed
  }
}

class SpinnerProgress implements Progress {
  readonly #target: ProgressTarget
  #text: string | undefined
  #frame = 0
  #stop: (() => void) | undefined

  constructor(target: ProgressTarget) {
    this.#target = target
  }

  step(text: string): void {
    this.done()
    this.#text = text
    this.#draw()
    this.#stop = this.#target.every(80, () => this.#draw())
  }

  note(text: string): void {
    this.#target.write(this.#text === undefined ? `${text}\n` : `${eraseLine}${text}\n`)
    if (this.#text !== undefined) this.#draw()
  }

  done(): void {
    this.#end(this.#target.palette.green('✓'))
  }

  fail(): void {
    this.#end(this.#target.palette.red('✗'))
  }

  #draw(): void {
    const frame = frames[this.#frame++ % frames.length] ?? ''
    this.#target.write(`${eraseLine}${this.#target.palette.cyan(frame)} ${this.#text}`)
  }

  #end(mark: string): void {
    this.#stop?.()
    this.#stop = undefined
    if (this.#text !== undefined) this.#target.write(`${eraseLine}${mark} ${this.#text}\n`)
    this.#text = undefined
  }
}
