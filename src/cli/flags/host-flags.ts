import { boolean, integer, option, string } from '@oclif/core/flags'

const helpGroup = 'HOST'

/** Settings of the hosts that `up` starts, with the names and variables of wash and of the real host. */
export const hostFlags = {
  lattice: string({
    char: 'x',
    summary: 'Name of the lattice.',
    default: 'default',
    env: 'WASMCLOUD_LATTICE',
    helpGroup,
  }),
  'host-seed': string({
    summary: "Seed of the host's identity. [default: a new one]",
    env: 'WASMCLOUD_HOST_SEED',
    helpGroup,
  }),
  'secrets-topic': string({
    summary: 'Prefix of the subjects of secrets backends.',
    default: 'wasmcloud.secrets',
    env: 'WASMCLOUD_SECRETS_TOPIC',
    helpGroup,
  }),
  label: string({
    char: 'l',
    aliases: ['labels'],
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    summary: 'Label of the host, key=value; repeat it for more. Variables: WASMCLOUD_LABEL_<key>.',
    helpGroup,
  }),
  hosts: integer({
    summary: 'How many hosts to start in this process.',
    default: 1,
    min: 1,
    max: 100,
    env: 'WASHI_HOSTS',
    helpGroup,
  }),
  'multi-local': boolean({
    summary: 'Start another lattice process beside the one that runs, on its bus unless told otherwise.',
    helpGroup,
  }),
  'instance-policy': option({
    options: ['fresh', 'reuse'] as const,
    default: 'fresh' as const,
    summary: 'Whether each call of a component gets a fresh instance, or state is kept between calls.',
    env: 'WASHI_INSTANCE_POLICY',
    helpGroup,
  })(),
  colocation: boolean({
    allowNo: true,
    default: true,
    summary: 'Run small components without links of their own in the threads of those that call them.',
    env: 'WASHI_COLOCATION',
    helpGroup,
  }),
  engine: option({
    options: ['washi', 'jco'] as const,
    default: 'washi' as const,
    summary: 'What runs components: jco takes @bytecodealliance/jco-transpile from the working directory.',
    env: 'WASHI_ENGINE',
    helpGroup,
  })(),
  'allow-file-load': option({
    options: ['true', 'false'] as const,
    default: 'true' as const,
    summary: 'Whether components may come from files.',
    env: 'WASMCLOUD_ALLOW_FILE_LOAD',
    helpGroup,
  })(),
  'heartbeat-interval-seconds': integer({
    summary: 'How often the host says that it is there.',
    default: 30,
    min: 1,
    env: 'WASMCLOUD_HEARTBEAT_INTERVAL',
    helpGroup,
  }),
  'max-execution-time-ms': integer({
    aliases: ['max-time-ms'],
    summary: 'Longest execution of one call.',
    default: 600_000,
    min: 1,
    env: 'WASMCLOUD_MAX_EXECUTION_TIME_MS',
    helpGroup,
  }),
  'max-linear-memory-bytes': integer({
    summary: 'Largest memory of one instance.',
    default: 256 * 1024 * 1024,
    min: 65_536,
    env: 'WASMCLOUD_MAX_LINEAR_MEMORY',
    helpGroup,
  }),
  'max-component-size-bytes': integer({
    summary: 'Largest binary of a component.',
    default: 50 * 1024 * 1024,
    min: 1,
    env: 'WASMCLOUD_MAX_COMPONENT_SIZE',
    helpGroup,
  }),
  'max-components': integer({
    summary: 'How many components may run on a host.',
    default: 10_000,
    min: 1,
    env: 'WASMCLOUD_MAX_COMPONENTS',
    helpGroup,
  }),
  'enable-component-auction': boolean({
    allowNo: true,
    default: true,
    summary: 'Bid when a place for a component is asked for.',
    env: 'WASMCLOUD_COMPONENT_AUCTION_ENABLED',
    helpGroup,
  }),
  'enable-provider-auction': boolean({
    allowNo: true,
    default: true,
    summary: 'Bid when a place for a provider is asked for.',
    env: 'WASMCLOUD_PROVIDER_AUCTION_ENABLED',
    helpGroup,
  }),
  'provider-delay': integer({
    summary: 'How long a provider process may take to answer its shutdown, and again to end. [default: 1000]',
    min: 1,
    env: 'WASMCLOUD_PROV_SHUTDOWN_DELAY_MS',
    helpGroup,
  }),
  'policy-topic': string({
    summary: 'Subject of a policy service that decides what starts and what is called.',
    env: 'WASMCLOUD_POLICY_TOPIC',
    helpGroup,
  }),
  'policy-changes-topic': string({
    summary: 'Subject on which the policy service takes decisions back.',
    dependsOn: ['policy-topic'],
    env: 'WASMCLOUD_POLICY_CHANGES_TOPIC',
    helpGroup,
  }),
  'policy-timeout-ms': integer({
    summary: 'Longest wait for the policy service.',
    default: 1_000,
    min: 1,
    env: 'WASMCLOUD_POLICY_TIMEOUT',
    helpGroup,
  }),
  'config-service-enabled': boolean({
    summary: 'Ask the config service of the lattice for credentials of registries.',
    env: 'WASMCLOUD_CONFIG_SERVICE',
    helpGroup,
  }),
  'log-level': option({
    options: ['trace', 'debug', 'info', 'warn', 'error'] as const,
    default: 'info' as const,
    aliases: ['structured-log-level'],
    summary: 'Least severity of what is logged.',
    env: 'WASMCLOUD_LOG_LEVEL',
    helpGroup,
  })(),
  'enable-structured-logging': boolean({
    summary: 'Log one JSON object a line.',
    env: 'WASMCLOUD_STRUCTURED_LOGGING_ENABLED',
    helpGroup,
  }),
}

/** Their values. */
export interface HostFlags {
  readonly lattice: string
  readonly 'host-seed'?: string | undefined
  readonly 'secrets-topic': string
  readonly label: readonly string[]
  readonly hosts: number
  readonly 'multi-local'?: boolean | undefined
  readonly 'instance-policy': 'fresh' | 'reuse'
  readonly colocation: boolean
  readonly engine: 'washi' | 'jco'
  readonly 'allow-file-load': 'true' | 'false'
  readonly 'heartbeat-interval-seconds': number
  readonly 'max-execution-time-ms': number
  readonly 'max-linear-memory-bytes': number
  readonly 'max-component-size-bytes': number
  readonly 'max-components': number
  readonly 'enable-component-auction': boolean
  readonly 'enable-provider-auction': boolean
  readonly 'provider-delay'?: number | undefined
  readonly 'policy-topic'?: string | undefined
  readonly 'policy-changes-topic'?: string | undefined
  readonly 'policy-timeout-ms': number
  readonly 'config-service-enabled'?: boolean | undefined
  readonly 'log-level': 'trace' | 'debug' | 'info' | 'warn' | 'error'
  readonly 'enable-structured-logging'?: boolean | undefined
}
