import { readAccess } from '../session/access/read-access.js'
import type { SessionFiles } from '../session/session-files.js'
import type { BusAddress, SessionOptions } from '../session/session-options.js'
import type { UpBusFlags } from './flags/up-bus-flags.js'

/**
 * The buses that the flags of `up` name: its own one at --nats-host, unless it is told to use one that runs or to have the
 * control interface elsewhere; and another one for calls where that is so. Throws CREDENTIALS_INVALID.
 */
export async function readUpBuses(
  flags: UpBusFlags,
  files: SessionFiles,
): Promise<Pick<SessionOptions, 'bus' | 'rpc'>> {
  const { 'nats-host': host, 'nats-port': port, 'nats-js-domain': ownDomain } = flags
  const jsDomain = flags['wasmcloud-js-domain'] ?? ownDomain
  const ctl = await readBus(flags, 'ctl')
  const rpc = await readBus(flags, 'rpc')
  const isElsewhere = ctl.url !== `nats://${host}:${port}`
  const isCallElsewhere = rpc.url !== ctl.url || hasLogin(flags, 'rpc')
  return {
    bus:
      flags['nats-connect-only'] || isElsewhere
        ? { kind: 'external', ...ctl, jsDomain }
        : {
            kind: 'embedded',
            ...{ host, port, storeDir: files.store, jsDomain, access: ctl.access },
          },
    rpc: isCallElsewhere ? rpc : undefined,
  }
}

async function readBus(flags: UpBusFlags, name: 'ctl' | 'rpc'): Promise<BusAddress> {
  const access = await readAccess(
    {
      jwt: flags[`${name}-jwt`],
      seed: flags[`${name}-seed`],
      credsFile: flags[`${name}-credsfile`],
      tlsCaFile: flags[`${name}-tls-ca-file`],
      isTlsFirst: flags[`${name}-tls-first`],
    },
    { isTls: flags[`${name}-tls`] ?? false, login: undefined },
  )
  const host = flags[`${name}-host`] ?? flags['nats-host']
  return { url: `nats://${host}:${flags[`${name}-port`] ?? flags['nats-port']}`, access }
}

function hasLogin(flags: UpBusFlags, name: 'ctl' | 'rpc'): boolean {
  return (['jwt', 'seed', 'credsfile', 'tls-ca-file'] as const).some(
    (kind) => flags[`${name}-${kind}`] !== undefined && flags[`${name}-${kind}`] !== flags[`ctl-${kind}`],
  )
}
