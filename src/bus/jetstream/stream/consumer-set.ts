import { messageOf } from '../../../core/errors.js'
import type { StreamFiles } from '../../store/stream-files.js'
import type { ConsumerConfig } from '../consumer-config.js'
import { Consumer } from '../consumer/consumer.js'
import type { ConsumerHost, JetStreamContext } from '../consumer/consumer-host.js'
import { consumerStateSchema } from '../consumer/consumer-state.js'
import { schedule } from '../schedule.js'

const saveDelayMs = 100

/** The consumers of one stream, and their files. */
export class ConsumerSet {
  readonly #context: JetStreamContext
  readonly #files: StreamFiles | undefined
  readonly #consumers = new Map<string, Consumer>()
  readonly #unsaved = new Set<string>()
  #cancelSave: (() => void) | undefined

  /** Without files, consumers live as long as the process. */
  constructor(context: JetStreamContext, files: StreamFiles | undefined) {
    this.#context = context
    this.#files = files
  }

  get size(): number {
    return this.#consumers.size
  }

  get(name: string): Consumer | undefined {
    return this.#consumers.get(name)
  }

  /** All consumers, in the order of their creation. The iteration stands removals. */
  values(): IterableIterator<Consumer> {
    return this.#consumers.values()
  }

  /** Creates a consumer from a configuration that resolveConsumerConfig() made. */
  create(host: ConsumerHost, name: string, config: ConsumerConfig): Consumer {
    const consumer = new Consumer(host, { name, config })
    this.#consumers.set(name, consumer)
    this.#write(consumer)
    return consumer
  }

  /** Brings back the consumers that were saved. */
  restore(host: ConsumerHost): void {
    for (const document of this.#files?.readConsumers() ?? []) {
      const parsed = consumerStateSchema.safeParse(document)
      if (!parsed.success) {
        this.#context.log.error('Dropped a consumer whose file is damaged', { stream: host.config.name })
        continue
      }
      const { config } = parsed.data
      const name = config.durable_name || config.name
      this.#consumers.set(name, new Consumer(host, { name, config, saved: parsed.data }))
    }
  }

  /** Ends a consumer and forgets it. Returns whether there was one. */
  remove(name: string, notice: string | undefined): boolean {
    const consumer = this.#consumers.get(name)
    if (!consumer) return false
    this.#consumers.delete(name)
    this.#unsaved.delete(name)
    consumer.close(notice)
    this.#guard('remove', name, () => this.#files?.removeConsumer(name))
    return true
  }

  /** Saves the consumer within a moment. */
  saveSoon(name: string): void {
    if (!this.#files || this.#unsaved.has(name)) return
    this.#unsaved.add(name)
    this.#cancelSave ??= schedule(this.#context.clock, saveDelayMs, () => this.save())
  }

  /** Saves a consumer now; false where that failed. */
  saveNow(name: string): boolean {
    const consumer = this.#consumers.get(name)
    return consumer === undefined || this.#write(consumer)
  }

  /** Saves all that is unsaved. */
  save(): void {
    this.#cancelSave?.()
    this.#cancelSave = undefined
    for (const name of [...this.#unsaved]) this.saveNow(name)
    this.#unsaved.clear()
  }

  /** Ends all consumers; what was saved of them stays. */
  close(notice?: string): void {
    this.save()
    for (const consumer of this.#consumers.values()) consumer.close(notice)
    this.#consumers.clear()
  }

  #write(consumer: Consumer): boolean {
    this.#unsaved.delete(consumer.name)
    const files = this.#files
    const { mem_storage: inMemory, direct } = consumer.config
    if (!files || inMemory || direct) return true
    return this.#guard('save', consumer.name, () => files.writeConsumer(consumer.name, consumer.toState()))
  }

  /** Runs work on files; what fails is logged, the consumer itself goes on. */
  #guard(verb: string, consumer: string, work: () => void): boolean {
    try {
      work()
      return true
    } catch (thrown) {
      this.#context.log.error(`Cannot ${verb} the file of a consumer`, {
        consumer,
        reason: messageOf(thrown),
      })
      return false
    }
  }
}
