import { createClient, RESP_TYPES } from '@redis/client'
import { AppError, messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { RedisSettings } from './settings.js'

/** An argument of a command. */
export type RedisArgument = string | Buffer

/** A connection to one Redis server, which comes back by itself. Whoever opened it closes it. */
export class RedisConnection {
  readonly #settings: RedisSettings
  readonly #log: Logger
  #client: ReturnType<typeof connectTo> | undefined
  #connecting: Promise<ReturnType<typeof connectTo>> | undefined
  #isClosed = false

  constructor(settings: RedisSettings, log: Logger) {
    this.#settings = settings
    this.#log = log
  }

  /** Resolves once the server answers. Throws REDIS_UNREACHABLE. */
  async open(): Promise<void> {
    try {
      await this.command(['PING'])
    } catch (cause) {
      const { shownUrl } = this.#settings
      throw new AppError('REDIS_UNREACHABLE', `Cannot use Redis at ${shownUrl}: ${messageOf(cause)}`, {
        hint: 'Start a Redis server there, or set URL in the target_config of the link',
        cause,
      })
    }
  }

  /** The reply, with strings as Buffers. Throws the server's error, or that there is no server. */
  async command(args: readonly RedisArgument[]): Promise<unknown> {
    const client = await this.#connected()
    return await client.sendCommand(args, {
      typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer },
      timeout: this.#settings.responseTimeoutMs,
    })
  }

  /** Idempotent. Waits for commands on their way, at most for as long as one may take. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const client = this.#client
    this.#client = undefined
    if (!client?.isOpen) return
    if (client.isReady) await client.close().catch(() => undefined) // it may be lost at this very moment
    if (client.isOpen) client.destroy()
  }

  async #connected(): Promise<ReturnType<typeof connectTo>> {
    if (this.#isClosed) throw new Error('the connection is closed')
    if (this.#client?.isOpen) return this.#client
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined))
    return await this.#connecting
  }

  async #connect(): Promise<ReturnType<typeof connectTo>> {
    const client = connectTo(this.#settings)
    let hasConnected = false
    client.on('error', (failure: unknown) => {
      if (!hasConnected) return // connect() tells its caller
      this.#log.warn('the connection to Redis is lost', { reason: messageOf(failure) })
    })
    await client.connect()
    hasConnected = true
    if (this.#isClosed) {
      client.destroy()
      throw new Error('the connection is closed')
    }
    this.#client = client
    return client
  }
}

function connectTo({ url, maxReconnects, maxReconnectDelayMs, connectTimeoutMs }: RedisSettings) {
  return createClient({
    url,
    RESP: 2,
    socket: {
      connectTimeout: connectTimeoutMs,
      // The first connection fails at once: whoever makes a link wants to know.
      reconnectStrategy: (retries: number, cause: Error) =>
        retries >= maxReconnects ? cause : Math.min(50 * 2 ** retries, maxReconnectDelayMs),
    },
  })
}
