import { integer, option, string } from '@oclif/core/flags'

/** The flags of every command that talks to a lattice, with wash's names and variables. */
export const latticeFlags = {
  'ctl-host': string({
    char: 'r',
    summary: 'Host of the NATS server. [default: the running "washi up", else 127.0.0.1]',
    env: 'WASMCLOUD_CTL_HOST',
    helpGroup: 'LATTICE',
  }),
  'ctl-port': integer({
    char: 'p',
    summary: 'Port of the NATS server. [default: the running "washi up", else 4222]',
    env: 'WASMCLOUD_CTL_PORT',
    min: 1,
    max: 65535,
    helpGroup: 'LATTICE',
  }),
  'ctl-jwt': string({
    summary: 'JWT of a NATS user, or a file with it; needs --ctl-seed.',
    env: 'WASMCLOUD_CTL_JWT',
    helpGroup: 'LATTICE',
  }),
  'ctl-seed': string({
    summary: 'Seed of a NATS user, or a file with it; alone it is an nkey.',
    env: 'WASMCLOUD_CTL_SEED',
    helpGroup: 'LATTICE',
  }),
  'ctl-credsfile': string({
    summary: 'File with JWT and seed of a NATS user.',
    env: 'WASH_CTL_CREDS',
    helpGroup: 'LATTICE',
  }),
  'ctl-tls-ca-file': string({
    summary: 'File with the authorities of a NATS server with TLS; without TLS there is no connection then.',
    env: 'WASH_CTL_TLS_CA_FILE',
    helpGroup: 'LATTICE',
  }),
  'ctl-tls-first': option({
    options: ['true', 'false'] as const,
    summary: 'Whether to encrypt before the greeting of the NATS server.',
    env: 'WASH_CTL_TLS_FIRST',
    helpGroup: 'LATTICE',
  })(),
  'ctl-topic-prefix': string({
    summary: 'What the control subjects begin with. [default: wasmbus.ctl]',
    env: 'WASMCLOUD_CTL_TOPIC_PREFIX',
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
  'context-dir': string({
    summary: "Folder of the contexts. [default: washi's own, then those of wash]",
    helpGroup: 'LATTICE',
  }),
  'timeout-ms': integer({
    char: 't',
    summary: 'Longest wait for an answer. [default: of the context, else 2000]',
    env: 'WASMCLOUD_CTL_TIMEOUT_MS',
    min: 1,
    helpGroup: 'LATTICE',
  }),
}

/** Their values. */
export interface LatticeFlags {
  readonly 'ctl-host'?: string | undefined
  readonly 'ctl-port'?: number | undefined
  readonly 'ctl-jwt'?: string | undefined
  readonly 'ctl-seed'?: string | undefined
  readonly 'ctl-credsfile'?: string | undefined
  readonly 'ctl-tls-ca-file'?: string | undefined
  readonly 'ctl-tls-first'?: 'true' | 'false' | undefined
  readonly 'ctl-topic-prefix'?: string | undefined
  readonly lattice?: string | undefined
  readonly 'js-domain'?: string | undefined
  readonly context?: string | undefined
  readonly 'context-dir'?: string | undefined
  readonly 'timeout-ms'?: number | undefined
}
