import { z } from 'zod'
import { AppError, messageOf } from '../../../core/errors.js'
import { StoreBudget } from '../../store/store-budget.js'
import { listStreamFiles, streamFiles } from '../../store/stream-files.js'
import type { StreamFiles } from '../../store/stream-files.js'
import { ApiError, refusals } from '../api-error.js'
import type { JetStreamContext } from '../consumer/consumer-host.js'
import { streamConfigSchema } from '../stream-config.js'
import type { RequestedStreamConfig, StreamConfig } from '../stream-config.js'
import { isSameStreamConfig, resolveStreamConfig, resolveStreamUpdate } from '../stream-config-rules.js'
import type { StreamLookup } from '../stream-config-rules.js'
import { creationTime, Stream } from './stream.js'
import { StreamCopy } from './stream-copy.js'

const streamFileSchema = z.object({ created: z.string(), config: streamConfigSchema })

/** Options of a StreamRegistry. */
export interface StreamRegistryOptions {
  readonly context: JetStreamContext
  readonly storeDir: string
  readonly maxBytes: number
}

/** All streams, and the copying between them. */
export class StreamRegistry implements StreamLookup {
  readonly #context: JetStreamContext
  readonly #storeDir: string
  readonly #streams = new Map<string, Stream>()
  readonly #copies = new Map<Stream, StreamCopy[]>()
  readonly budget: StoreBudget

  constructor({ context, storeDir, maxBytes }: StreamRegistryOptions) {
    this.#context = context
    this.#storeDir = storeDir
    this.budget = new StoreBudget(maxBytes)
  }

  get domainPrefix(): string | undefined {
    return this.#context.domain === undefined ? undefined : `$JS.${this.#context.domain}.API`
  }

  /** Opens the streams on disk. One that is damaged beyond use is set aside, with an error in the log. */
  open(): void {
    for (const files of this.#listFiles()) this.#openOne(files)
    for (const stream of this.#streams.values()) stream.start()
    for (const stream of this.#streams.values()) this.#connect(stream)
  }

  /** The streams, by name. */
  list(): Stream[] {
    return [...this.#streams.values()].sort((one, other) => (one.config.name < other.config.name ? -1 : 1))
  }

  /** The stream; throws the refusal 10059 where there is none. */
  get(name: string): Stream {
    const stream = this.#streams.get(name)
    if (!stream) throw refusals.streamNotFound()
    return stream
  }

  find(name: string): StreamConfig | undefined {
    return this.#streams.get(name)?.config
  }

  *all(): Generator<StreamConfig> {
    for (const { config } of this.#streams.values()) yield config
  }

  /** Creates a stream; the same configuration again gives the one that exists. */
  create(requested: RequestedStreamConfig): Stream {
    const config = resolveStreamConfig(requested, this)
    const existing = this.#streams.get(config.name)
    if (existing) {
      if (!isSameStreamConfig(existing.config, config)) throw refusals.streamNameInUse()
      return existing
    }
    const files = streamFiles(this.#storeDir, config.name, this.#context.log)
    // What a kill left of an earlier stream of that name must not come back.
    files.remove()
    const stream = this.#make(config, creationTime(this.#context), files)
    try {
      stream.save()
    } catch (thrown) {
      stream.delete()
      throw thrown
    }
    this.#streams.set(config.name, stream)
    stream.start()
    this.#connect(stream)
    this.#connectDependents(stream)
    return stream
  }

  /** Changes a stream. */
  update(requested: RequestedStreamConfig): Stream {
    const stream = this.get(requested.name)
    stream.update(resolveStreamUpdate(requested, stream.config, this))
    this.#connect(stream)
    return stream
  }

  /** Deletes a stream with all it holds. */
  delete(name: string): void {
    const stream = this.get(name)
    this.#streams.delete(name)
    this.#disconnect(stream)
    for (const [into, copies] of this.#copies) {
      for (const copy of copies.filter((candidate) => candidate.isFrom(stream))) copy.stop()
      this.#copies.set(
        into,
        copies.filter((copy) => !copy.isFrom(stream)),
      )
    }
    stream.delete()
  }

  /** Asks the system to put everything on the disk. */
  sync(): void {
    for (const stream of this.#streams.values()) {
      stream.store.sync().catch((thrown: unknown) => {
        this.#context.log.error('Cannot sync a stream', {
          stream: stream.config.name,
          reason: messageOf(thrown),
        })
      })
    }
  }

  /** Ends all streams; tries each, then throws what failed. */
  async close(): Promise<void> {
    for (const stream of this.#streams.values()) this.#disconnect(stream)
    const ends = [...this.#streams.values()].map((stream) => stream.close())
    this.#streams.clear()
    const results = await Promise.allSettled(ends)
    const failures = results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => reason as unknown)
    if (failures.length > 0) throw new AggregateError(failures, 'Cannot close all streams')
  }

  #listFiles(): StreamFiles[] {
    try {
      return listStreamFiles(this.#storeDir, this.#context.log)
    } catch (thrown) {
      throw unreadableError(`Cannot list the streams in "${this.#storeDir}"`, thrown)
    }
  }

  #openOne(files: StreamFiles): void {
    try {
      const { created, config: requested } = streamFileSchema.parse(files.readStream())
      const config = resolveStreamConfig(requested, this)
      this.#streams.set(config.name, this.#make(config, created, files))
    } catch (thrown) {
      if (!(thrown instanceof z.ZodError || thrown instanceof ApiError)) {
        throw unreadableError(`Cannot open the stream in "${files.logFile}"`, thrown)
      }
      this.#context.log.error('Set a stream aside whose description is damaged', {
        folder: files.setAside(),
        reason: thrown.message,
      })
    }
  }

  #make(config: StreamConfig, created: string, files: StreamFiles): Stream {
    return new Stream({
      context: this.#context,
      config,
      created,
      budget: this.budget,
      files: config.storage === 'file' ? files : undefined,
    })
  }

  /** Starts the copying into a stream, from those of its origins that exist. */
  #connect(into: Stream): void {
    this.#disconnect(into)
    const { mirror, sources } = into.config
    const copies: StreamCopy[] = []
    for (const source of mirror ? [mirror] : sources) {
      const from = this.#streams.get(source.name)
      if (from) copies.push(new StreamCopy({ source, from, into, isMirror: mirror !== undefined }))
    }
    this.#copies.set(into, copies)
  }

  #connectDependents(origin: Stream): void {
    const { name } = origin.config
    for (const stream of this.#streams.values()) {
      const { mirror, sources } = stream.config
      if (stream !== origin && (mirror?.name === name || sources.some((source) => source.name === name))) {
        this.#connect(stream)
      }
    }
  }

  #disconnect(stream: Stream): void {
    for (const copy of this.#copies.get(stream) ?? []) copy.stop()
    this.#copies.delete(stream)
  }
}

function unreadableError(what: string, cause: unknown): AppError {
  return new AppError('BUS_STORE_UNREADABLE', `${what}: ${messageOf(cause)}`, {
    cause,
    hint: 'Check that the folder can be read and written, and that the disk has room',
  })
}
