import { connect } from 'node:net'
import type { LinkProperties, Manifest } from '../manifest/manifest.js'
import { httpServerLinks } from '../support/find-unsupported.js'

/** An address on which an application answers. */
export interface ListeningAddress {
  /** `http://127.0.0.1:8000` */
  readonly url: string
  readonly host: string
  readonly port: number
}

/** What http-server listens on where its link does not say. */
const defaultAddress = '127.0.0.1:8000'

/**
 * The addresses on which the http-servers of a manifest listen, as their links' source configs say; configs that are
 * managed elsewhere are not looked up.
 */
export function listeningAddresses(manifest: Manifest): readonly ListeningAddress[] {
  return httpServerLinks(manifest).flatMap((link) => {
    const listener = listenerOf(link)
    return listener ? toReachable(listener) : []
  })
}

/** The host and port that a link makes an http-server listen on; undefined where only the host of the lattice knows. */
export function listenerOf(
  link: LinkProperties,
): { readonly host: string; readonly port: number } | undefined {
  const configs = link.source?.config ?? []
  if (configs.some(({ properties }) => !properties)) return undefined
  const values = new Map(
    configs.flatMap(({ properties = {} }) =>
      Object.entries(properties).map(([key, value]) => [key.toLowerCase(), value] as const),
    ),
  )
  const port = values.get('port')
  const address = values.get('address') ?? (port === undefined ? defaultAddress : `127.0.0.1:${port}`)
  return parseListener(address)
}

function parseListener(address: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+|localhost)):(\d{1,5})$/.exec(address.trim())
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  // Port 0 lets the system choose: nobody outside the host knows which.
  return host === undefined || port === 0 || port > 65_535 ? undefined : { host, port }
}

function toReachable(listener: { readonly host: string; readonly port: number }): ListeningAddress {
  const { port } = listener
  const host = listener.host === '0.0.0.0' ? '127.0.0.1' : listener.host === '::' ? '::1' : listener.host
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, host, port }
}

/** Whether something accepts TCP connections there, within the time of the signal. */
export async function isListening({ host, port }: ListeningAddress, signal: AbortSignal): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, signal })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Whether an address is one of this machine's loopback addresses. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
