import { boolean, integer, option, string } from '@oclif/core/flags'

/** The flags of `up`, with wash's names and variables where wash has them. */
export const upFlags = {
  detached: boolean({
    char: 'd',
    aliases: ['detach'],
    summary: 'Run in the background; return once the lattice works.',
  }),
  'nats-host': string({
    summary: 'Address of the NATS server.',
    default: '127.0.0.1',
    env: 'WASMCLOUD_NATS_HOST',
    helpGroup: 'NATS',
  }),
  'nats-port': integer({
    summary: 'Port of the NATS server; 0 takes a free one.',
    default: 4222,
    env: 'WASMCLOUD_NATS_PORT',
    min: 0,
    max: 65535,
    helpGroup: 'NATS',
  }),
  'nats-connect-only': boolean({
    summary: 'Use the NATS server that runs at that address; start none.',
    env: 'NATS_CONNECT_ONLY',
    helpGroup: 'NATS',
  }),
  'nats-js-domain': string({
    summary: 'JetStream domain.',
    env: 'NATS_JS_DOMAIN',
    aliases: ['wasmcloud-js-domain'],
    helpGroup: 'NATS',
  }),
  lattice: string({
    char: 'x',
    summary: 'Name of the lattice.',
    default: 'default',
    env: 'WASMCLOUD_LATTICE',
    helpGroup: 'HOST',
  }),
  'host-seed': string({
    summary: "Seed of the host's identity. [default: a new one]",
    env: 'WASMCLOUD_HOST_SEED',
    helpGroup: 'HOST',
  }),
  'secrets-topic': string({
    summary: 'Prefix of the subjects of secrets backends.',
    default: 'wasmcloud.secrets',
    env: 'WASMCLOUD_SECRETS_TOPIC',
    helpGroup: 'HOST',
  }),
  label: string({
    char: 'l',
    aliases: ['labels'],
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    summary: 'Label of the host, key=value; repeat it for more.',
    helpGroup: 'HOST',
  }),
  'instance-policy': option({
    options: ['fresh', 'reuse'] as const,
    default: 'fresh' as const,
    summary: 'Whether each call of a component gets a fresh instance, or state is kept between calls.',
    env: 'WASHI_INSTANCE_POLICY',
    helpGroup: 'HOST',
  })(),
  colocation: boolean({
    allowNo: true,
    default: true,
    summary: 'Run small components without links of their own in the threads of those that call them.',
    env: 'WASHI_COLOCATION',
    helpGroup: 'HOST',
  }),
  engine: option({
    options: ['washi', 'jco'] as const,
    default: 'washi' as const,
    summary: 'What runs components: jco takes @bytecodealliance/jco-transpile from the working directory.',
    env: 'WASHI_ENGINE',
    helpGroup: 'HOST',
  })(),
  'log-level': option({
    options: ['trace', 'debug', 'info', 'warn', 'error'] as const,
    default: 'info' as const,
    aliases: ['structured-log-level'],
    summary: 'Least severity of what is logged.',
    env: 'WASMCLOUD_LOG_LEVEL',
    helpGroup: 'HOST',
  })(),
}

/** Their values. */
export interface UpFlags {
  readonly 'nats-host': string
  readonly 'nats-port': number
  readonly 'nats-connect-only': boolean
  readonly 'nats-js-domain': string | undefined
  readonly lattice: string
  readonly 'host-seed': string | undefined
  readonly 'secrets-topic': string
  readonly label: readonly string[]
  readonly 'instance-policy': 'fresh' | 'reuse'
  readonly colocation: boolean
  readonly engine: 'washi' | 'jco'
  readonly 'log-level': 'trace' | 'debug' | 'info' | 'warn' | 'error'
}

/** The command line that runs the same session in the foreground. Secrets (the seed) go by the environment instead. */
export function toUpArguments(flags: UpFlags): string[] {
  return [
    `--nats-host=${flags['nats-host']}`,
    `--nats-port=${flags['nats-port']}`,
    ...(flags['nats-connect-only'] ? ['--nats-connect-only'] : []),
    ...(flags['nats-js-domain'] === undefined ? [] : [`--nats-js-domain=${flags['nats-js-domain']}`]),
    `--lattice=${flags.lattice}`,
    `--secrets-topic=${flags['secrets-topic']}`,
    ...flags.label.map((label) => `--label=${label}`),
    `--instance-policy=${flags['instance-policy']}`,
    ...(flags.colocation ? [] : ['--no-colocation']),
    `--engine=${flags.engine}`,
    `--log-level=${flags['log-level']}`,
  ]
}
