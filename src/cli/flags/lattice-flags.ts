import { integer, string } from '@oclif/core/flags'

/** The flags of every command that talks to a lattice, with wash's names and variables. */
export const latticeFlags = {
  'ctl-host': string({
    char: 'r',
    // As wash has it where it calls components.
    aliases: ['rpc-host'],
    summary: 'Host of the NATS server. [default: the running "washi up", else 127.0.0.1]',
    env: 'WASMCLOUD_CTL_HOST',
    helpGroup: 'LATTICE',
  }),
  'ctl-port': integer({
    char: 'p',
    aliases: ['rpc-port'],
    summary: 'Port of the NATS server. [default: the running "washi up", else 4222]',
    env: 'WASMCLOUD_CTL_PORT',
    min: 1,
    max: 65535,
    helpGroup: 'LATTICE',
  }),
  lattice: string({
    char: 'x',
    summary: 'Lattice to talk to. [default: the running "washi up", else default]',
    env: 'WASMCLOUD_LATTICE',
    helpGroup: 'LATTICE',
  }),
  'js-domain': string({
    aliases: ['domain'],
    summary: 'JetStream domain of the NATS server.',
    env: 'WASMCLOUD_JS_DOMAIN',
    helpGroup: 'LATTICE',
  }),
  context: string({
    summary: 'Named context to take what is not said from. [default: the default context]',
    env: 'WASHI_CONTEXT',
    helpGroup: 'LATTICE',
  }),
  'timeout-ms': integer({
    char: 't',
    summary: 'Longest wait for an answer.',
    default: 2000,
    env: 'WASMCLOUD_CTL_TIMEOUT_MS',
    min: 1,
    helpGroup: 'LATTICE',
  }),
}

/** Their values. */
export interface LatticeFlags {
  readonly 'ctl-host': string | undefined
  readonly 'ctl-port': number | undefined
  readonly lattice: string | undefined
  readonly 'js-domain': string | undefined
  readonly context: string | undefined
  readonly 'timeout-ms': number
}
