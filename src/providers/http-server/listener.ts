import { readFile } from 'node:fs/promises'
import { createServer, STATUS_CODES, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { AppError, messageOf } from '../../core/errors.js'
import { findPortOwner } from '../../core/port-owner.js'
import { formatAddress, type ListenAddress } from './address.js'
import { serveExchange, type ExchangeOptions } from './exchange.js'
import type { ListenerSettings } from './settings.js'

/** An open listener. */
export interface Listener {
  /** Where it really listens: the port is chosen where 0 was asked for. */
  readonly address: ListenAddress
  /** Stops accepting at once, lets running exchanges end for `graceMs`, then breaks them off. Idempotent. */
  close(graceMs: number): Promise<void>
}

/**
 * Opens a listener for HTTP/1.1 with keep-alive, over TLS where the settings have files for it.
 * Throws HTTP_ADDRESS_IN_USE (with the owner of the port where it can be known) or HTTP_ADDRESS_UNUSABLE.
 */
export async function openListener(given: Omit<ExchangeOptions, 'doomed'>): Promise<Listener> {
  const options: ExchangeOptions = { ...given, doomed: new WeakSet() }
  const { settings } = options
  const { address } = settings
  const server = await createHttpServer(settings)
  server.on('request', (request, response) => serveExchange(request, response, options))
  server.on('clientError', refuseUnreadable)
  await listen(server, address)
  const { port } = server.address() as AddressInfo
  let closing: Promise<void> | undefined
  return { address: { host: address.host, port }, close: (graceMs) => (closing ??= close(server, graceMs)) }
}

async function createHttpServer({ tls, maxHeaderBytes, isProbing }: ListenerSettings): Promise<Server> {
  const options: ServerOptions = {
    ...{ requestTimeout: 0, keepAliveTimeout: 65_000, highWaterMark: 65_536 },
    ...{ maxHeaderSize: maxHeaderBytes, keepAlive: isProbing, insecureHTTPParser: false },
  }
  if (!tls) return createServer(options)
  const [cert, key] = [await readPem(tls.certFile), await readPem(tls.keyFile)]
  try {
    return createTlsServer({ ...options, cert, key, ALPNProtocols: ['http/1.1'] })
  } catch (cause) {
    throw unusableTls(`${tls.certFile} and ${tls.keyFile}`, cause)
  }
}

async function readPem(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw unusableTls(file, cause)
  }
}

function unusableTls(files: string, cause: unknown): AppError {
  return new AppError('LINK_CONFIG_INVALID', `http-server cannot use ${files} for TLS: ${messageOf(cause)}`, {
    cause,
    hint: 'Set tls_cert_file and tls_priv_key_file to absolute paths of a certificate and its key in PEM',
  })
}

/** What the parser refuses never becomes a request, and nothing after it on the connection is read. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const status = statusOf(error.code)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
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
