import { ChunkWriter } from '../linked/chunk-writer.js'
import { orError, type ResultValue } from '../linked/results.js'
import { LinkedCallFailed } from '../trap.js'
import { asText, type BlobstoreLink, type StartedBlobstoreCall } from './blobstore-link.js'
import type { ObjectId } from './object-id.js'
import { toCompletion, type Completion, type Outcome } from './transfer.js'

/** Where the data is among the parameters of `write-container-data`. */
const dataPath = '1'

/** Begins to write an object. Throws a text. */
export function startUpload(link: BlobstoreLink, id: ObjectId): Upload {
  return new Upload(
    link,
    id,
    orError(asText, () => link.start('write-container-data', [id, undefined])),
  )
}

/** An object on its way to the store. */
export class Upload {
  readonly id: ObjectId
  readonly #link: BlobstoreLink
  readonly #started: StartedBlobstoreCall
  readonly #data: ChunkWriter
  #outcome: Outcome | undefined
  #isEnded = false

  constructor(link: BlobstoreLink, id: ObjectId, started: StartedBlobstoreCall) {
    this.id = id
    this.#link = link
    this.#started = started
    this.#data = new ChunkWriter(started.call.sink(dataPath))
  }

  /** Why nothing more can be written, where the store has said so. */
  get error(): string | undefined {
    const completion = this.#completion()
    if (typeof completion === 'object') return completion.error
    return this.#data.isClosed && !this.#isEnded ? this.#brokenOff : undefined
  }

  /** Whether the store has all of it. */
  get isComplete(): boolean {
    return this.#completion() === 'complete'
  }

  /** How many bytes write() takes now. */
  room(): number {
    return this.#data.room()
  }

  write(bytes: Uint8Array): void {
    this.#data.write(bytes)
  }

  flush(): void {
    this.#data.flush()
  }

  /** Writes all of it and blocks as long as there is no room. Throws a text. */
  writeAll(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0; ) {
      if (this.error !== undefined) throw this.error
      const room = this.room()
      if (room === 0) {
        this.#link.host.wait(Infinity)
        continue
      }
      this.write(rest.subarray(0, room))
      rest = rest.subarray(room)
    }
  }

  /** All was written. */
  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#data.end()
  }

  /** Blocks until the store has it. Throws a text. */
  complete(): void {
    for (;;) {
      const completion = this.#completion()
      if (completion === 'complete') return
      if (completion !== 'pending') throw completion.error
      this.#link.host.wait(Infinity)
    }
  }

  cancel(): void {
    this.#started.call.cancel()
  }

  #completion(): Completion {
    if (this.#outcome !== undefined) return toCompletion(this.#outcome, this.#brokenOff)
    let answer: ReturnType<StartedBlobstoreCall['poll']>
    try {
      answer = this.#started.poll()
    } catch (thrown) {
      if (thrown instanceof LinkedCallFailed) return { error: thrown.failure.message }
      throw thrown
    }
    if (answer === undefined) return 'pending'
    const result = answer.value as ResultValue<unknown, string> // in both versions
    if (result.tag === 'err') return { error: result.val }
    if (this.#started.version === '0.1.0') return 'complete'
    this.#outcome = this.#link.outcome.open(this.#started.call, result.val)
    return this.#completion()
  }

  get #brokenOff(): string {
    return this.#started.call.failure?.message ?? 'the store broke off'
  }
}
