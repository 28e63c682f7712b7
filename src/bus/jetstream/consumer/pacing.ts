import type { StoredMessage } from '../../store/message-store.js'
import type { ConsumerConfig } from '../consumer-config.js'

/** Spaces deliveries: at the pace at which messages came (replay policy original), and below a rate limit. */
export class Pacing {
  readonly #replayUntil: number
  readonly #bitsPerSecond: number
  #lastTime: bigint | undefined
  #notBefore = 0

  constructor(config: ConsumerConfig, lastSequence: number) {
    this.#replayUntil = config.replay_policy === 'original' ? lastSequence : 0
    this.#bitsPerSecond = config.rate_limit_bps
  }

  /** How long to wait before the message may go out, in milliseconds. */
  delayFor(message: StoredMessage, now: number): number {
    return Math.max(0, this.#notBefore - now, this.#replayDelay(message, now))
  }

  /** The message went out. */
  sent(message: StoredMessage, { sizeBytes, now }: { sizeBytes: number; now: number }): void {
    if (this.#bitsPerSecond > 0) {
      this.#notBefore = Math.max(now, this.#notBefore) + (sizeBytes * 8000) / this.#bitsPerSecond
    }
    if (message.sequence > this.#replayUntil) return
    this.#lastTime = message.time
    this.#lastSentAt = now
  }

  #lastSentAt = 0

  #replayDelay(message: StoredMessage, now: number): number {
    if (message.sequence > this.#replayUntil || this.#lastTime === undefined) return 0
    return this.#lastSentAt + Number(message.time - this.#lastTime) / 1e6 - now
  }
}
