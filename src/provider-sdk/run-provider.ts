import type { Readable } from 'node:stream'
import { z } from 'zod'
import { systemClock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import { createLogger, formatLogRecord } from '../core/log.js'
import type { Logger, LogLevel, LogRecord } from '../core/log.js'
import { within } from '../core/within.js'
import { errorChain } from '../host/error-chain.js'
import type { ProviderDefinition } from '../host/provider.js'
import type { LatticeConnection } from '../lattice/connection.js'
import { stringMapSchema } from '../lattice/control/schemas.js'
import { createXkey } from '../lattice/secrets/xkey.js'
import type { LatticeMessage } from '../lattice/message.js'
import type { HealthAnswer, LinkAnswer } from '../lattice/provider-protocol/health-answer.js'
import type { HostData } from '../lattice/provider-protocol/host-data.js'
import { linkMessageSchema } from '../lattice/provider-protocol/link-message.js'
import { connectProvider } from './provider-connection.js'
import { readHostData } from './read-host-data.js'
import { ServedProvider } from './served-provider.js'

/** The process that a provider runs in. */
export interface ProviderProcessEnvironment {
  readonly input: Readable
  /** Receives each line of the log. */
  readonly write: (line: string) => void
  /** Ends the provider as a shutdown does. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs a provider as a process of its own under any wasmCloud 1.x host: reads what the host writes on standard input,
 * connects, serves, and resolves once the host has ended it, with the reason. Throws why it could not start.
 */
export async function runProvider(
  definition: ProviderDefinition,
  { input, write, signal }: ProviderProcessEnvironment,
): Promise<string> {
  const data = await readHostData(input)
  const log = createProviderLogger(data, write)
  const connection = await connectProvider(data)
  const end = new AbortController()
  try {
    const key = createXkey(data.provider_xkey_private_key || undefined)
    const sealed = { key, peer: data.host_xkey_public_key }
    const served = new ServedProvider({ definition, data, connection, log, sealed })
    const session = new ProviderSession({ served, data, connection, log, end: end.signal })
    // Links and questions that come while it starts wait for their turn.
    const asked = session.listen(data.provider_xkey_private_key === '' ? data.provider_key : key.publicKey)
    const provider = await served.start()
    log.info('the provider runs', { id: data.provider_key, links: data.link_definitions.length })
    session.answer()
    const parties = [asked, lost(connection), ...(provider.ended ? [provider.ended] : [])]
    const reason = await Promise.race([...parties, ...(signal ? [aborted(signal)] : [])])
    await within(served.stop(), { clock: systemClock, ms: stopMs, otherwise: 'it did not stop' }).catch(
      (failure: unknown) => log.warn('cannot stop cleanly', { reason: errorChain(failure) }),
    )
    session.confirmShutdown()
    return reason
  } finally {
    end.abort()
    await connection.close()
  }
}

const stopMs = 10_000

interface SessionParts {
  readonly served: ServedProvider
  readonly data: HostData
  readonly connection: LatticeConnection
  readonly log: Logger
  readonly end: AbortSignal
}

/** What the host says to one provider, and the answers. */
class ProviderSession {
  readonly #parts: SessionParts
  #isReady = false
  #shutdown: LatticeMessage | undefined
  #unanswered: LatticeMessage[] = []

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  /** Subscribes; resolves with the reason once the host wants the provider to end. */
  listen(linkSubjectId: string): Promise<string> {
    const { connection, data, served } = this.#parts
    const { subjects } = connection
    const id = data.provider_key
    this.#on(subjects.providerLinkPut(linkSubjectId), (message) => this.#putLink(message))
    this.#on(subjects.providerLinkDelete(id), async (message) =>
      served.deleteLink(linkMessageSchema.parse(jsonOf(message))),
    )
    this.#on(subjects.providerConfigUpdate(id), async (message) =>
      served.configure(stringMapSchema.parse(jsonOf(message))),
    )
    this.#on(subjects.providerHealth(id), (message) => this.#tellHealth(message))
    return new Promise((resolve) => {
      this.#on(subjects.providerShutdown(id), async (message) => {
        const { host_id } = shutdownSchema.parse(jsonOf(message))
        if (host_id !== data.host_id) return
        this.#shutdown = message
        resolve('the host has ended it')
      })
    })
  }

  /** From here on questions for its health are answered. */
  answer(): void {
    this.#isReady = true
    for (const message of this.#unanswered.splice(0)) void this.#guard(this.#tellHealth(message))
  }

  /** Tells the host that the provider has let go of everything. */
  confirmShutdown(): void {
    this.#shutdown?.respond('shutting down')
  }

  async #tellHealth(message: LatticeMessage): Promise<void> {
    if (!this.#isReady) return void this.#unanswered.push(message)
    const health = await this.#parts.served
      .health()
      .catch((failure: unknown) => ({ healthy: false, message: errorChain(failure) }))
    const { healthy, message: told } = health
    const answer: HealthAnswer = {
      healthy,
      ...(told === undefined ? {} : { message: told }),
      answers_links: true,
    }
    message.respond(JSON.stringify(answer))
  }

  async #putLink(message: LatticeMessage): Promise<void> {
    const error = await this.#parts.served.putLink(linkMessageSchema.parse(jsonOf(message)))
    const answer: LinkAnswer = error === undefined ? {} : { error }
    if (message.reply !== undefined) message.respond(JSON.stringify(answer))
  }

  #on(subject: string, handle: (message: LatticeMessage) => Promise<void>): void {
    const { connection, end } = this.#parts
    const messages = connection.subscribe(subject, { signal: end })
    void this.#guard(
      (async () => {
        for await (const message of messages) void this.#guard(handle(message))
      })(),
    )
  }

  async #guard(task: Promise<void>): Promise<void> {
    await task.catch((failure: unknown) =>
      this.#parts.log.warn('a message of the host had no effect', { reason: messageOf(failure) }),
    )
  }
}

const shutdownSchema = z.object({ host_id: z.string().default('') })

function jsonOf({ payload }: LatticeMessage): unknown {
  return JSON.parse(new TextDecoder().decode(payload))
}

async function lost(connection: LatticeConnection): Promise<string> {
  const reason = await connection.closed
  return `the connection to the lattice ended${reason ? `: ${reason.message}` : ''}`
}

function aborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const end = (): void => resolve(messageOf(signal.reason))
    if (signal.aborted) return end()
    signal.addEventListener('abort', end, { once: true })
  })
}

const levels: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  critical: 'error',
}

function createProviderLogger(data: HostData, write: (line: string) => void): Logger {
  const format = data.structured_logging ? formatAsJson : formatLogRecord
  return createLogger({
    level: levels[(data.log_level ?? 'info').toLowerCase()] ?? 'info',
    now: () => systemClock.now(),
    write: (record) => write(format(record)),
  })
}

function formatAsJson({ time, level, message, fields }: LogRecord): string {
  const timestamp = new Date(time).toISOString()
  return JSON.stringify({ timestamp, level: level.toUpperCase(), fields: { message, ...fields } })
}
