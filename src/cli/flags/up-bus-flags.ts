import { boolean, integer, string } from '@oclif/core/flags'

const helpGroup = 'NATS'

/** Where the bus of `up` is, with wash's names and variables. */
export const upBusFlags = {
  'nats-host': string({
    summary: 'Address of the NATS server.',
    default: '127.0.0.1',
    env: 'WASMCLOUD_NATS_HOST',
    helpGroup,
  }),
  'nats-port': integer({
    summary: 'Port of the NATS server; 0 takes a free one.',
    default: 4222,
    env: 'WASMCLOUD_NATS_PORT',
    min: 0,
    max: 65535,
    helpGroup,
  }),
  'nats-connect-only': boolean({
    summary: 'Use the NATS server that runs at that address; start none.',
    env: 'NATS_CONNECT_ONLY',
    helpGroup,
  }),
  'nats-js-domain': string({
    summary: 'JetStream domain of the bus that is started.',
    env: 'NATS_JS_DOMAIN',
    helpGroup,
  }),
  'wasmcloud-js-domain': string({
    aliases: ['js-domain'],
    summary: 'JetStream domain in which the lattice keeps its state. [default: that of --nats-js-domain]',
    env: 'WASMCLOUD_JS_DOMAIN',
    helpGroup,
  }),
  'ctl-topic-prefix': string({
    summary: 'Start of the subjects of the control interface.',
    default: 'wasmbus.ctl',
    env: 'WASMCLOUD_CTL_TOPIC_PREFIX',
    helpGroup,
  }),
  ...busFlags('ctl', 'the control interface'),
  ...busFlags('rpc', 'calls'),
}

/** Their values. */
export type UpBusFlags = {
  readonly 'nats-host': string
  readonly 'nats-port': number
  readonly 'nats-connect-only'?: boolean | undefined
  readonly 'nats-js-domain'?: string | undefined
  readonly 'wasmcloud-js-domain'?: string | undefined
  readonly 'ctl-topic-prefix': string
} & BusFlags<'ctl'> &
  BusFlags<'rpc'>

/** The flags of one of the two buses that a host may be on. */
export type BusFlags<Name extends 'ctl' | 'rpc'> = {
  readonly [Key in `${Name}-${'host' | 'jwt' | 'seed' | 'credsfile' | 'tls-ca-file'}`]?: string | undefined
} & { readonly [Key in `${Name}-port`]?: number | undefined } & {
  readonly [Key in `${Name}-${'tls' | 'tls-first'}`]?: boolean | undefined
}

function busFlags<Name extends 'ctl' | 'rpc'>(name: Name, what: string) {
  const env = (suffix: string): string => `WASMCLOUD_${name.toUpperCase()}_${suffix}`
  const flags = {
    host: string({ summary: `NATS server of ${what}. [default: --nats-host]`, env: env('HOST'), helpGroup }),
    port: integer({
      ...{ summary: `Its port. [default: --nats-port]`, env: env('PORT'), min: 1, max: 65535, helpGroup },
    }),
    jwt: string({ summary: 'JWT of a NATS user, or a file with it.', env: env('JWT'), helpGroup }),
    seed: string({ summary: 'Seed of a NATS user, or a file with it.', env: env('SEED'), helpGroup }),
    credsfile: string({ summary: 'File with both.', env: env('CREDSFILE'), helpGroup }),
    tls: boolean({ summary: 'Refuse a server without TLS.', env: env('TLS'), helpGroup }),
    'tls-first': boolean({
      summary: "Encrypt before the server's greeting.",
      env: env('TLS_FIRST'),
      helpGroup,
    }),
    'tls-ca-file': string({ summary: 'Certificates of authorities.', env: env('TLS_CA_FILE'), helpGroup }),
  }
  // The names are made of the prefix and the keys above; the compiler does not follow Object.fromEntries().
  return Object.fromEntries(Object.entries(flags).map(([key, flag]) => [`${name}-${key}`, flag])) as {
    readonly [Key in keyof typeof flags as `${Name}-${Key}`]: (typeof flags)[Key]
  }
}
