import { unknownOperation } from './protocol-error.js'

/** What CONNECT settles for a connection, as far as this server heeds it. */
export interface ConnectOptions {
  readonly verbose: boolean
  readonly pedantic: boolean
  readonly echo: boolean
  readonly headers: boolean
  readonly noResponders: boolean
  readonly name: string
  readonly user: string | undefined
  readonly pass: string | undefined
  readonly token: string | undefined
}

/** What holds before CONNECT, as in nats-server: a person at a telnet prompt sees every +OK. */
export const optionsBeforeConnect: ConnectOptions = {
  verbose: true,
  pedantic: true,
  echo: true,
  headers: false,
  noResponders: false,
  name: '',
  user: undefined,
  pass: undefined,
  token: undefined,
}

/** Reads the JSON of CONNECT; what it leaves out stays as it was. Throws ProtocolError where it is no object. */
export function parseConnectOptions(json: string, before: ConnectOptions): ConnectOptions {
  const fields = parseObject(json)
  const flag = (name: string, otherwise: boolean): boolean => {
    const value = fields[name]
    return typeof value === 'boolean' ? value : otherwise
  }
  const text = (name: string): string | undefined => {
    const value = fields[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    verbose: flag('verbose', before.verbose),
    pedantic: flag('pedantic', before.pedantic),
    echo: flag('echo', before.echo),
    headers: flag('headers', before.headers),
    noResponders: flag('no_responders', before.noResponders),
    name: text('name') ?? before.name,
    user: text('user'),
    pass: text('pass'),
    token: text('auth_token'),
  }
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw unknownOperation()
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unknownOperation()
  // A JSON object has string keys and unknown values.
  return value as Record<string, unknown>
}
