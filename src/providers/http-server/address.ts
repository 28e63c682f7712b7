import type { AppError } from '../../core/errors.js'

/** Where a listener binds. */
export interface ListenAddress {
  /** An IP address or `localhost`, without brackets. */
  readonly host: string
  /** 0 to 65535; 0 lets the system choose. */
  readonly port: number
}

/** Reads `127.0.0.1:8000`, `[::1]:8000` or `localhost:8000`. Throws what `values` makes of anything else. */
export function parseAddress(
  text: string,
  values: { invalid(what: string, hint?: string): AppError },
): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+|localhost)):(\d{1,5})$/.exec(text.trim())
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host !== undefined && port <= 65535) return { host, port }
  throw values.invalid(
    `the address "${text}" is not of the form IP:PORT`,
    'Use an address such as 127.0.0.1:8000',
  )
}

/** `127.0.0.1:8000`, with brackets around IPv6 addresses. */
export function formatAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
