import { open, watch } from 'node:fs/promises'
import { AppError } from '../core/errors.js'

/** How to read a log. */
export interface FollowLogOptions {
  /** Go on with what is written later, until the signal. */
  readonly follows: boolean
  readonly signal: AbortSignal
}

/**
 * The lines of a session's log, oldest first, as many at a time as were written at once; an unfinished last line counts once it is finished. Throws NOT_RUNNING where there
 * is no log.
 */
export async function* followLog(
  path: string,
  { follows, signal }: FollowLogOptions,
): AsyncGenerator<readonly string[]> {
  const lines = new LineReader(path)
  // Watched before it is read, so that nothing falls between.
  const changes = follows ? watch(path, { signal }) : undefined
  try {
    yield await lines.read()
    for await (const _change of changes ?? []) yield await lines.read()
  } catch (thrown) {
    if (signal.aborted) return
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
    throw new AppError(
      'NOT_RUNNING',
      `There is no log at ${path}: no lattice was started in the background here`,
      {
        hint: 'washi up -d',
        cause: thrown,
      },
    )
  }
}

class LineReader {
  readonly #path: string
  #offset = 0
  #rest = ''

  constructor(path: string) {
    this.#path = path
  }

  async read(): Promise<readonly string[]> {
    await using file = await open(this.#path)
    const { size } = await file.stat()
    // Begun anew by another session.
    if (size < this.#offset) this.#offset = 0
    const buffer = Buffer.alloc(size - this.#offset)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#offset)
    this.#offset += bytesRead
    const lines = `${this.#rest}${buffer.toString('utf8', 0, bytesRead)}`.split('\n')
    this.#rest = lines.pop() ?? ''
    return lines
  }
}
