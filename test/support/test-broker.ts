import { Broker } from '#washi/bus/broker/broker.js'
import type { BrokerOptions } from '#washi/bus/broker/broker-options.js'
import { listen } from '#washi/bus/listener/listen.js'

/** A broker of this process behind a free port. */
export interface TestBroker extends AsyncDisposable {
  readonly broker: Broker
  readonly port: number
  /** Resolves when it has no connection left. */
  settled(): Promise<void>
}

/** Starts a broker on this thread, with the given options and a free port. */
export async function startTestBroker(options: Partial<BrokerOptions> = {}): Promise<TestBroker> {
  const broker = new Broker(options)
  const { clock } = options
  const listener = await listen({ broker, host: '127.0.0.1', port: 0, clock })
  return {
    broker,
    port: listener.port,
    settled: async () => {
      while (broker.connectionCount > 0) await new Promise((resolve) => setImmediate(resolve))
    },
    [Symbol.asyncDispose]: async () => {
      broker.stop()
      await listener.close()
    },
  }
}
