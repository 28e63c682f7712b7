/** When silence ends a gathering. */
export interface QuietOptions<Answer> {
  /** Longest silence after an answer, or how it follows from what the first answer took; without it, none ends it. */
  readonly quietMs?: number | ((firstAnswerMs: number) => number) | undefined
  /** Whether silence may end it with these answers; without it, it may. */
  readonly isComplete?: ((answers: readonly Answer[]) => boolean) | undefined
}

/** Aborts its signal once it has been quiet for long enough. Whoever made it ends it. */
export class Quiet<Answer> {
  readonly #options: QuietOptions<Answer>
  readonly #answers: readonly Answer[]
  readonly #abort = new AbortController()
  readonly #begin = performance.now()
  #quietMs: number | undefined
  #timer: NodeJS.Timeout | undefined

  /** `answers` is what the gatherer fills. */
  constructor(options: QuietOptions<Answer>, answers: readonly Answer[]) {
    this.#options = options
    this.#answers = answers
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** An answer came. */
  heard(): void {
    this.#quietMs ??= this.#lengthOf(performance.now() - this.#begin)
    clearTimeout(this.#timer)
    if (this.#quietMs !== undefined) this.#timer = setTimeout(() => this.#onQuiet(), this.#quietMs)
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #lengthOf(firstAnswerMs: number): number | undefined {
    const { quietMs } = this.#options
    return typeof quietMs === 'function' ? quietMs(firstAnswerMs) : quietMs
  }

  #onQuiet(): void {
    const { isComplete } = this.#options
    if (isComplete === undefined || isComplete(this.#answers)) this.#abort.abort()
  }
}
