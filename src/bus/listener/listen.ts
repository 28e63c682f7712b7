import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { systemClock, type Clock } from '../../core/clock.js'
import { AppError, messageOf } from '../../core/errors.js'
import type { Broker } from '../broker/broker.js'

/** Where to listen; port 0 takes a free one. */
export interface ListenOptions {
  readonly broker: Broker
  readonly host: string
  readonly port: number
  readonly clock?: Clock | undefined
}

/** An open port whose connections go to a broker. */
export interface Listener {
  readonly port: number
  /** Takes no more connections and resolves when those that the broker ends are gone. Idempotent. */
  close(): Promise<void>
}

/** Past this, a socket asks its writer to wait for `drain`. */
const WRITE_BUFFER_BYTES = 256 * 1024

/** How long connections that were ended may take to close, whatever the other side does. */
const CLOSE_DEADLINE_MS = 2000

/** Starts to listen. Rejects with BUS_PORT_IN_USE or BUS_LISTEN_FAILED. The caller closes. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { broker, host, port, clock = systemClock } = options
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true, highWaterMark: WRITE_BUFFER_BYTES }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    broker.accept(socket, { host, port: portOf(server) })
  })
  await opened(server, host, port)
  return { port: portOf(server), close: () => closed(server, sockets, clock) }
}

function opened(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // The listener stays: a failed accept() later (out of file descriptors) must not end the process.
    server.on('error', (cause) => reject(toListenError(cause, host, port)))
    server.listen({ host, port, exclusive: true }, resolve)
  })
}

function toListenError(cause: NodeJS.ErrnoException, host: string, port: number): AppError {
  if (cause.code === 'EADDRINUSE') {
    return new AppError('BUS_PORT_IN_USE', `Cannot start the bus on ${host}:${port}: the port is in use`, {
      hint: 'Stop what listens there, or choose another port',
      cause,
    })
  }
  return new AppError('BUS_LISTEN_FAILED', `Cannot start the bus on ${host}:${port}: ${messageOf(cause)}`, {
    hint: 'Choose a host name or address of this machine, and a port that this user may open',
    cause,
  })
}

function closed(server: Server, sockets: ReadonlySet<Socket>, clock: Clock): Promise<void> {
  const cancelDestroy = clock.after(CLOSE_DEADLINE_MS, () => {
    for (const socket of sockets) socket.destroy()
  })
  return new Promise((resolve) => {
    server.close(() => {
      cancelDestroy()
      resolve()
    })
  })
}

function portOf(server: Server): number {
  // A TCP server's address is an object while it listens.
  return (server.address() as AddressInfo).port
}
