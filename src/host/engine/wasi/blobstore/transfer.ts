import type { AsyncValue } from '../../../../wit/codec/async-value.js'
import type { LinkedCall } from '../guest-host.js'
import { openByteStream, type ByteStream } from '../linked/byte-stream.js'
import type { Future } from '../linked/future-reader.js'
import { orError, resultOf, type ResultValue } from '../linked/results.js'
import { asText, type BlobstoreLink } from './blobstore-link.js'
import { NameReader } from './name-reader.js'

/** How a transfer has ended, if it has. */
export type Completion = 'pending' | 'complete' | { readonly error: string }

/** What version 0.2 of blobstores tells of how a transfer went. */
export type Outcome = Future<ResultValue<undefined, string>>

/** Calls a function that answers with a stream, and blocks until it has answered. Throws the text of its error. */
export function startTransfer(link: BlobstoreLink, name: string, args: readonly unknown[]): Transfer {
  const { call, version, result } = orError(asText, () => link.start(name, args))
  const value = resultOf<unknown>(asText, result)
  if (version === '0.1.0') return new Transfer(call, value, undefined)
  const [stream, outcome] = value as readonly [unknown, unknown] // in version 0.2
  return new Transfer(call, stream, link.outcome.open(call, outcome))
}

/** Something that a blobstore sends as a stream; it is read as bytes or as names. */
export class Transfer {
  readonly #call: LinkedCall
  readonly #stream: unknown
  readonly #outcome: Outcome | undefined

  constructor(call: LinkedCall, stream: unknown, outcome: Outcome | undefined) {
    this.#call = call
    this.#stream = stream
    this.#outcome = outcome
  }

  /** Whether all was sent, once the stream has ended. */
  get completion(): Completion {
    return this.#outcome === undefined ? 'complete' : toCompletion(this.#outcome, this.brokenOff)
  }

  /** The text for a stream that broke off. */
  get brokenOff(): string {
    return this.#call.failure?.message ?? 'the store broke off'
  }

  bytes(): ByteStream {
    return openByteStream(this.#call, this.#stream)
  }

  names(): NameReader {
    const { path, isReady, value } = this.#stream as AsyncValue // the codec's value of a stream
    return isReady
      ? new NameReader(undefined, value as readonly string[])
      : new NameReader(this.#call.source(path))
  }

  cancel(): void {
    this.#call.cancel()
  }
}

/** What the future of a transfer says. */
export function toCompletion({ state }: Outcome, brokenOff: string): Completion {
  switch (state.kind) {
    case 'pending':
      return 'pending'
    case 'failed':
      return { error: brokenOff }
    case 'done':
      // Closed without a value: nobody said that anything was wrong.
      return state.value?.tag === 'err' ? { error: state.value.val } : 'complete'
  }
}
