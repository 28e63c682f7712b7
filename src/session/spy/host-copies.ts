import type { LatticeConnection } from '../../lattice/connection.js'
import { jsonOf } from '../../lattice/message.js'
import { spyMessageSchema, type SpyRequest } from '../../lattice/spy/messages.js'
import type { SpySink } from './spied-message.js'

/** Longest silence before the hosts that have answered are taken for all. */
const quietMs = 150
/** Longest wait for the first answer. */
const firstMs = 500

/** Has hosts of washi copy the calls that they answer, for as long as it asks again and until it is closed. */
export class HostCopies {
  readonly #connection: LatticeConnection
  readonly #request: SpyRequest
  readonly #inbox: string
  readonly #sink: SpySink
  readonly #watched = new Map<string, ReadonlySet<string>>()
  readonly #end: () => void
  #onWatching: () => void = () => undefined

  constructor(connection: LatticeConnection, id: string | undefined, sink: SpySink) {
    this.#connection = connection
    this.#request = { id }
    this.#sink = sink
    this.#inbox = connection.createInbox()
    const listening = connection.listen(this.#inbox, (message) => this.#onMessage(jsonOf(message)))
    this.#end = () => listening.end()
  }

  /** Whether a host copies the calls of that component or provider. */
  covers(id: string): boolean {
    return [...this.#watched.values()].some((ids) => ids.has(id))
  }

  /** Hosts that copy calls. */
  get hosts(): readonly string[] {
    return [...this.#watched.keys()]
  }

  /** Asks once more, so that the hosts go on. */
  renew(): void {
    this.#send(this.#request)
  }

  /** Asks, and resolves once `expected` hosts have answered or no more do. */
  async begin(expected: number): Promise<void> {
    this.renew()
    await new Promise<void>((resolve) => {
      let timer = setTimeout(resolve, firstMs)
      this.#onWatching = () => {
        clearTimeout(timer)
        if (this.#watched.size >= expected) return resolve()
        timer = setTimeout(resolve, quietMs)
      }
    })
    this.#onWatching = () => undefined
  }

  /** Tells the hosts that they need not copy any more. */
  async close(): Promise<void> {
    this.#send({ ...this.#request, ends: true })
    await this.#connection.flush().catch(() => undefined) // the bus is away: they forget by themselves
    this.#end()
  }

  #send(request: SpyRequest): void {
    const payload = new TextEncoder().encode(JSON.stringify(request))
    this.#connection.send(this.#connection.subjects.spy, payload, { reply: this.#inbox })
  }

  #onMessage(json: unknown): void {
    const parsed = spyMessageSchema.safeParse(json)
    if (!parsed.success) return // a later version's, or a status of the server
    const message = parsed.data
    switch (message.kind) {
      case 'watching':
        this.#watched.set(message.host, new Set(message.ids))
        return this.#onWatching()
      case 'call': {
        const { host, call, kind: _kind, ...rest } = message
        return this.#sink.onCall({ ...rest, params: rest.params, id: `${host}/${call}` })
      }
      case 'answer': {
        const { host, call, kind: _kind, ...rest } = message
        const { result, failure } = rest
        return this.#sink.onAnswer({ ...rest, result, failure, id: `${host}/${call}` })
      }
      default:
        return message satisfies never
    }
  }
}
