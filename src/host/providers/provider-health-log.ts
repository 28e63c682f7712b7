import type { EventPublisher } from '../../lattice/events/event-publisher.js'
import type { ProviderHealth } from '../provider.js'

/** What a ProviderHealthLog works with. */
export interface ProviderHealthLogOptions {
  readonly publish: EventPublisher
  /** Of each event. */
  readonly data: { readonly host_id: string; readonly provider_id: string }
}

/** Tells the lattice of the health of one provider as it changes, and remembers what was said last. */
export class ProviderHealthLog {
  readonly #options: ProviderHealthLogOptions
  #isHealthy: boolean | undefined
  #unhealthy = 0
  #complaint: string | undefined

  constructor(options: ProviderHealthLogOptions) {
    this.#options = options
  }

  /** Why it is unhealthy; undefined where it is not. */
  get complaint(): string | undefined {
    return this.#complaint
  }

  /** Publishes the event of a check; returns how often in a row the provider has been unhealthy. */
  record({ healthy, message }: ProviderHealth): number {
    const before = this.#isHealthy
    this.#isHealthy = healthy
    this.#unhealthy = healthy ? 0 : this.#unhealthy + 1
    this.#complaint = healthy ? undefined : `unhealthy${message === undefined ? '' : `: ${message}`}`
    const { publish, data } = this.#options
    if (healthy && before !== true) publish('health_check_passed', data)
    else if (!healthy && before === true) publish('health_check_failed', data)
    else publish('health_check_status', data)
    return this.#unhealthy
  }

  /** The provider has failed: whoever believes it healthy is told. */
  fail(reason: string): void {
    if (this.#isHealthy) this.#options.publish('health_check_failed', this.#options.data)
    this.#isHealthy = false
    this.#unhealthy = 0
    this.#complaint = reason
  }
}
