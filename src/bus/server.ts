import type { Logger } from '../core/log.js'
import type { Authentication } from './broker/authentication.js'
import { Broker } from './broker/broker.js'
import { startJetStream, type JetStream } from './jetstream/start-jetstream.js'
import { listen, type Listener } from './listener/listen.js'

/** Options of startServer(). */
export interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly storeDir: string
  readonly jsDomain: string | undefined
  readonly authentication: Authentication
  readonly log: Logger
}

/** A NATS server that takes clients. */
export interface Server {
  readonly port: number
  /** Ends the connections, then writes what JetStream holds. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts a NATS server on this thread: JetStream first, so that no client meets half a server. The caller holds the lock
 * of the store and stops the server.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { host, port, storeDir, jsDomain, authentication, log } = options
  const broker = new Broker({ jsDomain, authentication, log })
  try {
    const { serverName } = broker
    const jetStream = await startJetStream(broker, { storeDir, domain: jsDomain, serverName, log })
    try {
      const listener = await listen({ broker, host, port })
      let stopped: Promise<void> | undefined
      return { port: listener.port, stop: () => (stopped ??= stopInOrder({ broker, listener, jetStream })) }
    } catch (error) {
      await jetStream.stop()
      throw error
    }
  } catch (error) {
    broker.stop()
    throw error
  }
}

interface Parts {
  readonly broker: Broker
  readonly listener: Listener
  readonly jetStream: JetStream
}

/** Takes no more connections, ends those that are open, and writes what is left to write once nothing can come any more. */
async function stopInOrder({ broker, listener, jetStream }: Parts): Promise<void> {
  broker.stop()
  await listener.close()
  await jetStream.stop()
}
