/** A block of lines at the end of a terminal that is drawn anew as it changes. */
export interface LiveLines {
  /** Replaces the block. Without a terminal, prints those lines that were not there before. */
  update(lines: readonly string[]): void
  /** A line above the block, which stays. */
  note(line: string): void
  /** Leaves the block as it stands. Idempotent; nothing is drawn afterwards. */
  close(): void
}

/** Where live lines are drawn. */
export interface LiveTarget {
  readonly isTTY: boolean
  /** Width of the terminal; lines are cut to it, for a wrapped line could not be erased. */
  readonly columns: number
  write(text: string): void
}

/** Starts with an empty block. */
export function createLiveLines(target: LiveTarget): LiveLines {
  return target.isTTY ? new DrawnLines(target) : new PrintedLines(target)
}

class PrintedLines implements LiveLines {
  readonly #target: LiveTarget
  #last: ReadonlySet<string> = new Set()

  constructor(target: LiveTarget) {
    this.#target = target
  }

  update(lines: readonly string[]): void {
    for (const line of lines) if (!this.#last.has(line)) this.note(line)
    this.#last = new Set(lines)
  }

  note(line: string): void {
    this.#target.write(`${line}\n`)
  }

  close(): void {
    // every line was printed whole
  }
}

class DrawnLines implements LiveLines {
  readonly #target: LiveTarget
  #lines: readonly string[] = []
  #isClosed = false

  constructor(target: LiveTarget) {
    this.#target = target
  }

  update(lines: readonly string[]): void {
    if (this.#isClosed) return
    this.#target.write(this.#erase() + toBlock(lines, this.#target.columns))
    this.#lines = lines
  }

  note(line: string): void {
    const block = this.#isClosed ? '' : this.#erase()
    this.#target.write(`${block}${line}\n${this.#isClosed ? '' : toBlock(this.#lines, this.#target.columns)}`)
  }

  close(): void {
    this.#isClosed = true
  }

  #erase(): string {
    return this.#lines.length === 0 ? '' : `\u001b[${this.#lines.length}A\u001b[J`
  }
}

function toBlock(lines: readonly string[], columns: number): string {
  return lines.map((line) => `${cut(line, columns)}\n`).join('')
}

/** Escape sequences take no room; a line with some is left alone unless it is too long without them. */
function cut(line: string, columns: number): string {
  // eslint-disable-next-line no-control-regex -- these are the sequences that the palette writes
  const plain = line.replace(/\u001b\[[0-9;]*m/g, '')
  return [...plain].length < columns ? line : `${[...plain].slice(0, Math.max(1, columns - 2)).join('')}…`
}
