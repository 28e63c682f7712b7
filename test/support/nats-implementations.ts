import { startEmbeddedBus } from './embedded-bus.js'
import { startRealNatsServer } from './real-nats-server.js'

/** What a contract test needs of a server. */
export interface NatsUnderTest extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Ends the server; restart() brings it back on the same port and store. */
  stop(): Promise<void>
  restart(): Promise<void>
}

/** The servers that every contract test runs against. */
export const natsImplementations: readonly {
  readonly name: string
  readonly start: () => Promise<NatsUnderTest>
}[] = [
  { name: 'the embedded bus', start: () => startEmbeddedBus() },
  {
    name: 'nats-server',
    start: async () => {
      const server = await startRealNatsServer()
      return { ...server, stop: () => server.kill() }
    },
  },
]
