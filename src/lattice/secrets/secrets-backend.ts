import type { Clock } from '../../core/clock.js'
import { AppError, messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { LatticeConnection } from '../connection.js'
import type { Bucket } from '../key-value.js'
import { jsonOf, type LatticeMessage } from '../message.js'
import { defaultSecretsTopic, secretSubjects } from '../subjects.js'
import { subjectOfToken } from './entity-subject.js'
import {
  parseSealed,
  putSecretRequestSchema,
  requestKeyHeader,
  responseKeyHeader,
  secretRequestSchema,
  toWireSecret,
  fromWireSecret,
  type SecretRefusal,
  type SecretRequest,
} from './secret-messages.js'
import { SecretStore } from './secret-store.js'
import { createXkey, type Xkey } from './xkey.js'
import { z } from 'zod'

/** What a backend is started with. */
export interface SecretsBackendOptions {
  readonly connection: LatticeConnection
  readonly topic?: string | undefined
  /** Part of its subjects. Default `nats-kv`. */
  readonly name?: string | undefined
  /** Seeds of xkeys: what requests are sealed for, and what stored values are encrypted with. */
  readonly keys: { readonly transitSeed: string; readonly encryptionSeed: string }
  readonly log: Logger
  readonly clock: Clock
}

/** The default of SecretsBackendOptions.name, and that of wasmCloud's backend whose protocol it speaks. */
export const defaultBackend = 'nats-kv'

/** A backend that answers until close(). */
export interface SecretsBackend {
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Starts a backend that keeps secrets, encrypted, in a bucket of the connection's NATS server; subscribed when it
 * resolves. Throws BUCKET_UNAVAILABLE or SEED_INVALID.
 */
export async function startSecretsBackend(options: SecretsBackendOptions): Promise<SecretsBackend> {
  const { connection, topic = defaultSecretsTopic, name = defaultBackend } = options
  const [secrets, mappings] = [
    await connection.bucket('WASMCLOUD_SECRETS', { create: { history: 64, description: 'Secrets store' } }),
    await connection.bucket(`SECRETS_${name}_state`, { create: { description: 'Secrets state store' } }),
  ]
  const backend = new Backend(options, { secrets, mappings })
  const abort = new AbortController()
  const root = secretSubjects(topic).backendRoot(name)
  const queue = `${topic}.${name}`
  const messages = connection.subscribe(`${root}>`, { queue, signal: abort.signal })
  const serving = serve(messages, (message) => backend.answer(message, message.subject.slice(root.length)))
  await connection.flush()
  return {
    close: async () => {
      abort.abort()
      await serving
    },
  }
}

async function serve(
  messages: AsyncIterable<LatticeMessage>,
  answer: (message: LatticeMessage) => Promise<void>,
): Promise<void> {
  for await (const message of messages) await answer(message)
}

/** The refusals of the protocol that have no text. */
type Refusal = 'InvalidPayload' | 'InvalidHeaders' | 'InvalidXKey' | 'DecryptionError' | 'InvalidRequest'

class Refused extends Error {
  override readonly name = 'Refused'
  readonly refusal: SecretRefusal

  constructor(refusal: SecretRefusal) {
    super('refused')
    this.refusal = refusal
  }
}

class Backend {
  readonly #options: SecretsBackendOptions
  readonly #store: SecretStore
  readonly #mappings: Bucket
  readonly #transit: Xkey

  constructor(
    options: SecretsBackendOptions,
    { secrets, mappings }: { readonly secrets: Bucket; readonly mappings: Bucket },
  ) {
    this.#options = options
    this.#transit = createXkey(options.keys.transitSeed)
    this.#store = new SecretStore(secrets, createXkey(options.keys.encryptionSeed))
    this.#mappings = mappings
  }

  /** Answers one request, whatever it holds. */
  async answer(message: LatticeMessage, operation: string): Promise<void> {
    // Also what this backend says itself, of changes.
    if (message.reply === undefined) return
    try {
      await this.#route(message, operation)
    } catch (failure) {
      const error = failure instanceof Refused ? failure.refusal : this.#upstream(operation, failure)
      message.respond(JSON.stringify(operation === 'get' ? { secret: null, error } : { revision: 0, error }))
    }
  }

  async #route(message: LatticeMessage, operation: string): Promise<void> {
    const [verb = '', subject = '', ...more] = operation.split('.')
    if (more.length > 0) return message.respond(`unknown operation ${operation}`)
    switch (verb) {
      case 'server_xkey':
        return message.respond(this.#transit.publicKey)
      case 'get':
        return await this.#get(message)
      case 'put_secret':
        return await this.#put(message)
      case 'delete_secret':
        return await this.#delete(message)
      case 'add_mapping':
        return await this.#map(message, subject, (old, keys) => new Set([...old, ...keys]))
      case 'remove_mapping':
        return await this.#map(message, subject, (old, keys) => new Set([...old].filter((k) => !keys.has(k))))
      default:
        return message.respond(`unknown operation ${operation}`)
    }
  }

  async #get(message: LatticeMessage): Promise<void> {
    const { sender, payload } = this.#open(message)
    const request = parseSealed(secretRequestSchema, payload)
    if (!request) throw new Refused('InvalidRequest')
    await this.#requireAccess(request)
    const { key, version, field } = request
    if (version && !/^\d{1,15}$/.test(version)) throw new Refused('InvalidRequest')
    const stored = await this.#store.get(key, { revision: version ? Number(version) : undefined, field })
    if (!stored) throw new Refused('SecretNotFound')
    const secret = { version: String(stored.revision), ...toWireSecret(stored.value) }
    const answerKey = createXkey()
    const sealed = answerKey.seal(Buffer.from(JSON.stringify({ secret, error: null })), sender)
    message.respond(sealed, { [responseKeyHeader]: [answerKey.publicKey] })
  }

  async #put(message: LatticeMessage): Promise<void> {
    const request = parseSealed(putSecretRequestSchema, this.#open(message).payload)
    const value = request && fromWireSecret(request)
    if (!request || !value) throw new Refused('InvalidPayload')
    const revision = await this.#store.put(request.key, value)
    this.#announce(request.key)
    message.respond(JSON.stringify({ revision, error: null }))
  }

  async #delete(message: LatticeMessage): Promise<void> {
    const request = parseSealed(putSecretRequestSchema, this.#open(message).payload)
    if (!request) throw new Refused('InvalidPayload')
    await this.#store.delete(request.key)
    this.#announce(request.key)
    message.respond(JSON.stringify({ revision: 0, error: null }))
  }

  /** Which secrets the holder of a key may have. */
  async #map(
    message: LatticeMessage,
    subject: string,
    change: (old: ReadonlySet<string>, keys: ReadonlySet<string>) => ReadonlySet<string>,
  ): Promise<void> {
    const keys = keysSchema.safeParse(jsonOf(message))
    if (!keys.success || subject === '') return message.respond('invalid mapping')
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const entry = await this.#mappings.get(subject)
      const changed = change(new Set(entry ? mappedKeys(entry.value) : []), new Set(keys.data))
      const text = JSON.stringify([...changed].sort())
      if ((await this.#mappings.update(subject, text, entry?.revision)) !== undefined)
        return message.respond('ok')
    }
    message.respond('the mapping keeps changing')
  }

  /**
   * Everybody on the lattice may have every secret, until a mapping for a component's or provider's key says which ones it
   * may have; unsigned ones are told apart by nothing.
   */
  async #requireAccess({ key, context }: SecretRequest): Promise<void> {
    const now = this.#options.clock.now()
    requireToken(context.host_jwt, now, 'InvalidHostJWT')
    if (context.entity_jwt === '') return
    const subject = requireToken(context.entity_jwt, now, 'InvalidEntityJWT')
    const entry = await this.#mappings.get(subject)
    if (entry && !mappedKeys(entry.value).includes(key)) throw new Refused('Unauthorized')
  }

  #open(message: LatticeMessage): { readonly sender: string; readonly payload: Uint8Array } {
    if (message.payload.length === 0) throw refused('InvalidPayload')
    const sender = message.headers[requestKeyHeader]?.[0]
    if (sender === undefined) throw refused('InvalidHeaders')
    if (!/^X[A-Z2-7]{55}$/.test(sender)) throw refused('InvalidXKey')
    try {
      return { sender, payload: this.#transit.open(message.payload, sender) }
    } catch {
      // The sender learns no more than that it was sealed for another key.
      throw refused('DecryptionError')
    }
  }

  #announce(key: string): void {
    const { connection, topic = defaultSecretsTopic, name = defaultBackend } = this.#options
    connection.publish(secretSubjects(topic).changed(name), JSON.stringify({ key }))
  }

  #upstream(operation: string, failure: unknown): SecretRefusal {
    const reason = failure instanceof AppError ? failure.message : 'an error of the backend'
    this.#options.log.error('cannot answer a request for a secret', { operation, reason: messageOf(failure) })
    return { UpstreamError: reason }
  }
}

const keysSchema = z.array(z.string())

function mappedKeys(value: Uint8Array): readonly string[] {
  const parsed = keysSchema.safeParse(jsonOf({ payload: value }))
  // A damaged mapping allows nothing.
  return parsed.success ? parsed.data : []
}

function refused(refusal: Refusal): Refused {
  return new Refused(refusal)
}

function requireToken(token: string, now: number, kind: 'InvalidHostJWT' | 'InvalidEntityJWT'): string {
  try {
    return subjectOfToken(token, now)
  } catch (failure) {
    throw new Refused({ [kind]: messageOf(failure) })
  }
}
