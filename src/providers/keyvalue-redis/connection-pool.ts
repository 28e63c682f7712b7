import type { Logger } from '../../core/log.js'
import { RedisConnection } from './redis-connection.js'
import type { RedisSettings } from './settings.js'

/** A connection that a link uses until it releases it. */
export interface Lease {
  readonly connection: RedisConnection
  release(): Promise<void>
}

interface Shared {
  readonly connection: RedisConnection
  users: number
}

/** Gives connections to links: one to each, or one to all that say the same. */
export class ConnectionPool {
  readonly #log: Logger
  readonly #shared = new Map<string, Shared>()

  constructor(log: Logger) {
    this.#log = log
  }

  /** Resolves once the server answers. Throws REDIS_UNREACHABLE. */
  async take(settings: RedisSettings, isShared: boolean): Promise<Lease> {
    if (isShared) return await this.#share(settings)
    const connection = new RedisConnection(settings, this.#log)
    await openOrClose(connection)
    return { connection, release: () => connection.close() }
  }

  async #share(settings: RedisSettings): Promise<Lease> {
    const key = JSON.stringify(settings)
    const shared = this.#shared.get(key) ?? { connection: new RedisConnection(settings, this.#log), users: 0 }
    this.#shared.set(key, shared)
    shared.users += 1
    const release = async (): Promise<void> => {
      shared.users -= 1
      if (shared.users > 0) return
      this.#shared.delete(key)
      await shared.connection.close()
    }
    try {
      await shared.connection.open()
    } catch (failure) {
      await release()
      throw failure
    }
    return { connection: shared.connection, release }
  }
}

async function openOrClose(connection: RedisConnection): Promise<void> {
  try {
    await connection.open()
  } catch (failure) {
    await connection.close()
    throw failure
  }
}
