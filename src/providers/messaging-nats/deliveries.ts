import type { Logger } from '../../core/log.js'
import { messageOf } from '../../core/errors.js'
import type { ProviderContext, ProviderLink } from '../../host/provider.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import type { Listening, RawMessage } from '../../lattice/raw-message.js'
import { handler } from '../../wit/wire/messaging.js'
import type { Outcome } from '../support/outcome.js'
import type { BrokerMessage } from './broker-message.js'
import type { Subscription } from './settings.js'

/** Messages that wait for their component before further ones are dropped, as a slow consumer's are. */
const maxWaiting = 10_000
/** Calls of one component at the same time. */
const maxRunning = 64

/** Hands the messages of subscriptions to a component, in the order in which they come. */
export class Deliveries {
  readonly #link: ProviderLink
  readonly #context: ProviderContext
  readonly #connection: LatticeConnection
  readonly #log: Logger
  readonly #abort = new AbortController()
  readonly #waiting: BrokerMessage[] = []
  #listening: readonly Listening[] = []
  #running = 0
  #dropped = 0
  #onIdle: (() => void) | undefined

  constructor(
    link: ProviderLink,
    { context, connection }: { readonly context: ProviderContext; readonly connection: LatticeConnection },
  ) {
    this.#link = link
    this.#context = context
    this.#connection = connection
    this.#log = context.log.child({ component: link.target })
  }

  /** Resolves once the server knows of the subscriptions. */
  async start(subscriptions: readonly Subscription[]): Promise<void> {
    this.#listening = subscriptions.map(({ subject, queue }) =>
      this.#connection.listen(subject, (message) => this.#take(message), queue),
    )
    await this.#connection.flush()
  }

  /** Takes no further messages, lets what runs end for `graceMs`, and calls off the rest. */
  async stop(graceMs: number): Promise<void> {
    for (const one of this.#listening) one.end()
    this.#waiting.length = 0
    if (this.#running > 0) await this.#idle(graceMs)
    this.#abort.abort(new Error('the link is gone'))
  }

  #take({ subject, reply, payload }: RawMessage): void {
    if (this.#waiting.length >= maxWaiting) {
      this.#dropped += 1
      if (this.#dropped === 1) this.#log.warn('messages are dropped: the component is too slow', { subject })
      return
    }
    this.#waiting.push({ subject, body: payload.slice(), replyTo: reply === '' ? undefined : reply })
    this.#next()
  }

  #next(): void {
    while (this.#running < maxRunning) {
      const message = this.#waiting.shift()
      if (!message) break
      this.#running += 1
      void this.#deliver(message).finally(() => {
        this.#running -= 1
        this.#next()
        if (this.#running === 0) this.#onIdle?.()
      })
    }
  }

  /** Never rejects: nobody waits for what came of a message. */
  async #deliver(message: BrokerMessage): Promise<void> {
    const { target: targetId, name: linkName } = this.#link
    const { signal } = this.#abort
    try {
      const call = { targetId, linkName, of: handler, function: 'handle-message', args: [message], signal }
      const answer = (await this.#context.call(call)) as Outcome<undefined, string> // as decoded
      if (answer.tag === 'ok') return
      this.#log.warn('the component cannot handle a message', {
        subject: message.subject,
        reason: answer.val,
      })
    } catch (failure) {
      if (signal.aborted) return
      this.#log.error('a message does not reach its component', {
        subject: message.subject,
        reason: messageOf(failure),
      })
    }
  }

  async #idle(graceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve
      timer = setTimeout(resolve, graceMs)
    })
    clearTimeout(timer)
  }
}
