import { AppError } from '../../core/errors.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import { ControlClient } from '../../lattice/control/client.js'
import type { HostSummary } from '../../lattice/control/inventory-schemas.js'
import { jsonOf } from '../../lattice/message.js'
import { spyMessageSchema } from '../../lattice/spy/messages.js'
import type { Finding } from './finding.js'

/** More than that, and tokens and certificates begin to fail. */
const maxSkewMs = 5_000

/** Versions of hosts that speak the protocol: wasmCloud 1.x, and washi of this major version. */
const spoken = /^(0\.\d+|1\.\d+)\.\d+/

/** What is looked at, and when. */
export interface LatticeCheckOptions {
  /** Connects as the user's commands do. */
  readonly connect: () => Promise<LatticeConnection>
  /** Whether a lattice of the user's runs, so that it should be reachable. */
  readonly isExpected: boolean
  readonly now: () => number
}

/** Whether the bus answers, which hosts are there, and what time they have. */
export async function checkLattice(options: LatticeCheckOptions): Promise<readonly Finding[]> {
  let connection: LatticeConnection
  try {
    connection = await options.connect()
  } catch (failure) {
    if (!(failure instanceof AppError)) throw failure
    const level = options.isExpected || failure.code !== 'LATTICE_UNREACHABLE' ? 'error' : 'note'
    return [{ check: 'bus', level, message: failure.message, fix: failure.hint }]
  }
  try {
    const hosts = await new ControlClient(connection).pingHosts({ quietMs: 200 })
    const bus: Finding = { check: 'bus', level: 'ok', message: `The bus at ${connection.url} answers` }
    return [bus, ...checkHosts(hosts, connection), ...(await checkClocks(connection, options.now))]
  } finally {
    await connection.close()
  }
}

function checkHosts(hosts: readonly HostSummary[], { lattice }: LatticeConnection): readonly Finding[] {
  const check = 'hosts'
  if (hosts.length === 0) {
    const message = `No host runs in the lattice "${lattice}"`
    return [{ check, level: 'warning', message, fix: 'Start one: washi up -d' }]
  }
  return hosts.map(({ id, friendly_name: name, version }) => {
    const what = `Host ${id} (${name}) has version ${version || 'unknown'}`
    if (spoken.test(version)) return { check, level: 'ok', message: what }
    const fix = 'Use hosts of wasmCloud 1.x or of washi'
    return { check, level: 'warning', message: `${what}, whose protocol washi may not speak`, fix }
  })
}

/** Hosts of washi tell their time. */
async function checkClocks(connection: LatticeConnection, now: () => number): Promise<readonly Finding[]> {
  const check = 'clocks'
  const sentAt = now()
  const request = JSON.stringify({ isProbe: true })
  const answers = await connection.gather(connection.subjects.spy, request, { timeoutMs: 500, quietMs: 150 })
  const receivedAt = now()
  return answers.flatMap((answer): readonly Finding[] => {
    const parsed = spyMessageSchema.safeParse(jsonOf(answer))
    if (!parsed.success || parsed.data.kind !== 'watching') return []
    const { host, time } = parsed.data
    // Its answer was made somewhere between both.
    const skewMs = time < sentAt ? sentAt - time : time > receivedAt ? time - receivedAt : 0
    if (skewMs <= maxSkewMs) return [{ check, level: 'ok', message: `The clock of host ${host} agrees` }]
    const seconds = Math.round(skewMs / 1000)
    const message = `The clock of host ${host} is ${seconds} s ${time < sentAt ? 'behind' : 'ahead'}`
    return [{ check, level: 'warning', message, fix: 'Set both clocks: sudo timedatectl set-ntp true' }]
  })
}
