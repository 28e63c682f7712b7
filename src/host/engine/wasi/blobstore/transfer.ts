import type { LinkedCall } from '../guest-host.js'
import { openByteStream, type ByteStream } from '../linked/byte-stream.js'
import { FutureReader, type Future } from '../linked/future-reader.js'
import { orError, resultOf, type ResultValue } from '../linked/results.js'
import { asText, type BlobstoreLink } from './blobstore-link.js'
import { NameReader } from './name-reader.js'

/** How a transfer has ended, if it has. */
export type Completion = 'pending' | 'complete' | { readonly error: string }

/** The `future<result<_, string>>` by which version 0.2 of blobstores tells how a transfer went. */
export const completionType = {
  kind: 'future',
  element: { kind: 'result', err: { kind: 'string' } },
} as const

/** Calls a function that answers with a stream, and blocks until it has answered. Throws the text of its error. */
export function startTransfer(link: BlobstoreLink, name: string, args: readonly unknown[]): Transfer {
  const started = orError(asText, () => link.start(name, args))
  const value = resultOf<unknown>(asText, () => started.result())
  if (started.version === '0.1.0') return new Transfer(started.call, '0', value, undefined)
  const [stream] = value as readonly [unknown, unknown] // a tuple of stream and future in version 0.2
  const outcome = new FutureReader<ResultValue<undefined, string>>(
    started.call.source('0.1'),
    completionType.element,
  )
  return new Transfer(started.call, '0.0', stream, outcome)
}

/** Something that a blobstore sends as a stream; one side of it is read, as bytes or as names. */
export class Transfer {
  readonly #call: LinkedCall
  readonly #path: string
  readonly #stream: unknown
  readonly #outcome: Future<ResultValue<undefined, string>> | undefined

  constructor(
    call: LinkedCall,
    path: string,
    stream: unknown,
    outcome: Future<ResultValue<undefined, string>> | undefined,
  ) {
    this.#call = call
    this.#path = path
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
    return openByteStream(this.#call, this.#path, this.#stream)
  }

  names(): NameReader {
    return new NameReader(this.#call.source(this.#path))
  }

  cancel(): void {
    this.#call.cancel()
  }
}

/** What the future of a transfer says. */
export function toCompletion({ state }: Future<ResultValue<undefined, string>>, brokenOff: string): Completion {
  switch (state.kind) {
    case 'pending':
      return 'pending'
    case 'failed':
      return { error: brokenOff }
    case 'done':
      // Closed without a value: some stores do that where all went well.
      return state.value?.tag === 'err' ? { error: state.value.val } : 'complete'
  }
}
