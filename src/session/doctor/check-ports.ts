import { connect, createServer } from 'node:net'
import { findPortOwner } from '../../core/port-owner.js'
import type { Finding } from './finding.js'

const check = 'ports'

/** A port that something of washi would listen on. */
export interface WantedPort {
  readonly port: number
  /** What it is for: `the bus`. */
  readonly use: string
  /** How to use another one. */
  readonly otherwise: string
  /** Whether nothing works without it; otherwise it is only noted that it is taken. */
  readonly isNeeded: boolean
  /** Whether a NATS server there is as good. */
  readonly mayBeNats: boolean
}

/** Whether the ports are free, or taken by those that may have them. */
export async function checkPorts(
  wanted: readonly WantedPort[],
  ownPids: readonly number[],
): Promise<readonly Finding[]> {
  return await Promise.all(wanted.map((each) => checkPort(each, ownPids)))
}

async function checkPort(wanted: WantedPort, ownPids: readonly number[]): Promise<Finding> {
  const { port, use, otherwise, isNeeded, mayBeNats } = wanted
  const level = isNeeded ? 'warning' : 'note'
  const refusal = await tryListen(port)
  if (refusal === undefined) return { check, level: 'ok', message: `Port ${port} is free for ${use}` }
  if (refusal === 'EACCES') {
    const message = `You may not listen on port ${port}, which is for ${use}`
    return { check, level, message, fix: otherwise }
  }
  const owner = await findPortOwner(port)
  if (owner && ownPids.includes(owner.pid))
    return { check, level: 'ok', message: `Port ${port} is used by your lattice, for ${use}` }
  const by = owner ? `${owner.command} (process ${owner.pid})` : 'another process'
  if (mayBeNats && (await greetsAsNats(port)))
    return {
      check,
      level: 'ok',
      message: `Port ${port} is held by a NATS server, ${by}, which "washi up" uses`,
    }
  const message = `Port ${port}, which is for ${use}, is taken by ${by}`
  return { check, level, message, fix: otherwise }
}

/** The code of why nobody can listen there; undefined where that is possible. */
function tryListen(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (failure: NodeJS.ErrnoException) => resolve(failure.code ?? 'EUNKNOWN'))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)))
  })
}

/** Whether what listens there begins as a NATS server does. */
function greetsAsNats(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, signal: AbortSignal.timeout(500) })
    const settle = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('data', (bytes: Buffer) => settle(bytes.toString('latin1').startsWith('INFO ')))
    socket.once('error', () => settle(false))
    socket.once('close', () => settle(false))
  })
}
