import { integer, option, string } from '@oclif/core/flags'
import type { LatticeFlags } from './lattice-flags.js'

/**
 * wash reaches components by a connection of their own. washi has one connection: these come before their `ctl` twins
 * where both are given.
 */
export const rpcFlags = {
  'rpc-host': string({ env: 'WASMCLOUD_RPC_HOST', summary: 'As --ctl-host.', helpGroup: 'RPC' }),
  'rpc-port': integer({
    env: 'WASMCLOUD_RPC_PORT',
    min: 1,
    max: 65535,
    summary: 'As --ctl-port.',
    helpGroup: 'RPC',
  }),
  'rpc-jwt': string({ env: 'WASMCLOUD_RPC_JWT', summary: 'As --ctl-jwt.', helpGroup: 'RPC' }),
  'rpc-seed': string({ env: 'WASMCLOUD_RPC_SEED', summary: 'As --ctl-seed.', helpGroup: 'RPC' }),
  'rpc-credsfile': string({ env: 'WASH_RPC_CREDS', summary: 'As --ctl-credsfile.', helpGroup: 'RPC' }),
  'rpc-ca-file': string({
    aliases: ['rpc-tls-ca-file'],
    env: 'WASH_RPC_TLS_CA_FILE',
    summary: 'As --ctl-tls-ca-file.',
    helpGroup: 'RPC',
  }),
  'rpc-tls-first': option({
    options: ['true', 'false'] as const,
    env: 'WASH_RPC_TLS_FIRST',
    summary: 'As --ctl-tls-first.',
    helpGroup: 'RPC',
  })(),
}

/** Their values. */
export interface RpcFlags {
  readonly 'rpc-host'?: string | undefined
  readonly 'rpc-port'?: number | undefined
  readonly 'rpc-jwt'?: string | undefined
  readonly 'rpc-seed'?: string | undefined
  readonly 'rpc-credsfile'?: string | undefined
  readonly 'rpc-ca-file'?: string | undefined
  readonly 'rpc-tls-first'?: 'true' | 'false' | undefined
}

/** The flags of the one connection. Credentials are taken from one family as a whole. */
export function mergeRpcFlags<Flags extends LatticeFlags & RpcFlags>(flags: Flags): Flags {
  const hasOwnLogin = flags['rpc-jwt'] ?? flags['rpc-seed'] ?? flags['rpc-credsfile']
  const login =
    hasOwnLogin === undefined
      ? {}
      : {
          'ctl-jwt': flags['rpc-jwt'],
          'ctl-seed': flags['rpc-seed'],
          'ctl-credsfile': flags['rpc-credsfile'],
        }
  return {
    ...flags,
    'ctl-host': flags['rpc-host'] ?? flags['ctl-host'],
    'ctl-port': flags['rpc-port'] ?? flags['ctl-port'],
    'ctl-tls-ca-file': flags['rpc-ca-file'] ?? flags['ctl-tls-ca-file'],
    'ctl-tls-first': flags['rpc-tls-first'] ?? flags['ctl-tls-first'],
    ...login,
  }
}
