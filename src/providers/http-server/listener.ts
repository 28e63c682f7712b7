import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppError } from '../../core/errors.js'
import { findPortOwner } from '../../core/port-owner.js'
import { serveExchange, type ExchangeOptions } from './exchange.js'
import { formatAddress, type ListenAddress } from './settings.js'

/** An open listener that serves one link. */
export interface Listener {
  /** Where it really listens: the port is chosen where 0 was asked for. */
  readonly address: ListenAddress
  /** Stops accepting at once, lets running exchanges end for `graceMs`, then breaks them off. Idempotent. */
  close(graceMs: number): Promise<void>
}

/**
 * Opens a listener for HTTP/1.1 with keep-alive.
 * Throws HTTP_ADDRESS_IN_USE (with the owner of the port where it can be known) or HTTP_ADDRESS_UNUSABLE.
 */
export async function openListener(options: ExchangeOptions): Promise<Listener> {
  const { address } = options.settings
  const server = createServer(
    { requestTimeout: 0, keepAliveTimeout: 65_000, highWaterMark: 65_536 },
    (request, response) => serveExchange(request, response, options),
  )
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    else socket.destroy()
  })
  await listen(server, address)
  const { port } = server.address() as AddressInfo
  let closing: Promise<void> | undefined
  return { address: { host: address.host, port }, close: (graceMs) => (closing ??= close(server, graceMs)) }
}

async function listen(server: Server, address: ListenAddress): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: address.host, port: address.port }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  } catch (cause) {
    throw await explain(address, cause)
  }
}

async function explain(address: ListenAddress, cause: unknown): Promise<AppError> {
  const code = (cause as NodeJS.ErrnoException).code
  const where = formatAddress(address)
  if (code === 'EADDRINUSE') {
    const owner = await findPortOwner(address.port)
    const who = owner === undefined ? 'another process' : `${owner.command} (pid ${owner.pid})`
    return new AppError(
      'HTTP_ADDRESS_IN_USE',
      `Cannot listen on ${where}: port ${address.port} is in use by ${who}`,
      {
        cause,
        hint: 'Stop that process, or set another address in the source_config of the link',
      },
    )
  }
  const reason =
    code === 'EACCES' ? 'not permitted' : code === 'EADDRNOTAVAIL' ? 'no such address here' : String(code)
  return new AppError('HTTP_ADDRESS_UNUSABLE', `Cannot listen on ${where}: ${reason}`, {
    cause,
    hint: 'Set another address in the source_config of the link',
  })
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(timer)
}
