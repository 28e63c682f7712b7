/** The entry of the bus thread: a broker, its JetStream and its listener, from start to stop. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { createLogger } from '../core/log.js'
import { startServer, type Server } from './server.js'
import { toThreadFailure, type ThreadData, type ThreadReport, type ThreadRequest } from './thread-messages.js'

if (parentPort) await run(parentPort, workerData as ThreadData) // startBus() is the only one who starts this file.

async function run(port: MessagePort, data: ThreadData): Promise<void> {
  const report = (message: ThreadReport): void => port.postMessage(message)
  const stopAsked = new Promise<ThreadRequest>((resolve) => port.once('message', resolve))
  const log = createLogger({
    level: 'debug',
    now: () => Date.now(),
    write: (record) => report({ kind: 'log', record }),
  })
  const server = await startServer({ ...data, log }).catch((error: unknown) => {
    report({ kind: 'failed', failure: toThreadFailure(error) })
  })
  if (!server) return port.close()
  report({ kind: 'listening', port: server.port })
  await stopAsked
  report({ kind: 'stopped', failure: await stopServer(server) })
  port.close()
}

async function stopServer(server: Server): Promise<ReturnType<typeof toThreadFailure> | undefined> {
  try {
    await server.stop()
    return undefined
  } catch (error) {
    return toThreadFailure(error)
  }
}
