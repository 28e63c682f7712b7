import { AppError } from '../../core/errors.js'
import type { LatticeConnection } from '../connection.js'
import { textOf, type LatticeMessage } from '../message.js'
import { defaultSecretsTopic, secretSubjects } from '../subjects.js'
import {
  describeRefusal,
  fromWireSecret,
  parseSealed,
  putSecretResponseSchema,
  requestKeyHeader,
  responseKeyHeader,
  secretResponseSchema,
  toWireSecret,
  type SecretRequest,
} from './secret-messages.js'
import type { SecretValue } from './secret-value.js'
import { createXkey, type Xkey } from './xkey.js'

/** A secret of a backend, and for whom it is asked. */
export interface SecretQuestion extends SecretRequest {
  readonly backend: string
}

/**
 * Asks backends for secrets, by the protocol of wasmCloud 1.9. Each request has a key pair of its own, so that nobody on
 * the bus reads what a backend answers.
 */
export class SecretsClient {
  readonly #connection: LatticeConnection
  readonly #subjects: ReturnType<typeof secretSubjects>
  readonly #serverKeys = new Map<string, string>()

  constructor(connection: LatticeConnection, topic: string = defaultSecretsTopic) {
    this.#connection = connection
    this.#subjects = secretSubjects(topic)
  }

  /** Throws SECRETS_BACKEND_UNAVAILABLE, SECRET_REFUSED with the backend's word, or SECRET_UNREADABLE. */
  async get({ backend, ...request }: SecretQuestion): Promise<SecretValue> {
    const { message, xkey } = await this.#ask(backend, this.#subjects.get(backend), request)
    const sender = message.headers[responseKeyHeader]?.[0]
    const payload = sender === undefined ? message.payload : xkey.open(message.payload, sender)
    const response = parseSealed(secretResponseSchema, payload)
    if (response?.error) throw this.#refused(backend, request.key, describeRefusal(response.error))
    const value = sender !== undefined && response?.secret ? fromWireSecret(response.secret) : undefined
    if (value) return value
    throw this.#refused(backend, request.key, 'its answer cannot be read')
  }

  /** Stores a value and returns its revision. Throws as get(). */
  async put(backend: string, key: string, value: SecretValue): Promise<number> {
    const request = { key, version: '', ...toWireSecret(value) }
    return await this.#change(backend, key, { subject: this.#subjects.putSecret(backend), request })
  }

  /** Takes a value away; not part of the protocol, so only washi's own backend answers. Throws as get(). */
  async delete(backend: string, key: string): Promise<void> {
    const request = { key, string_secret: '' }
    await this.#change(backend, key, { subject: this.#subjects.deleteSecret(backend), request })
  }

  async #change(
    backend: string,
    key: string,
    { subject, request }: { readonly subject: string; readonly request: object },
  ): Promise<number> {
    const { message } = await this.#ask(backend, subject, request)
    const response = parseSealed(putSecretResponseSchema, message.payload)
    if (response && !response.error) return response.revision
    const reason = response?.error ? describeRefusal(response.error) : 'its answer cannot be read'
    throw this.#refused(backend, key, reason)
  }

  async #ask(
    backend: string,
    subject: string,
    request: object,
  ): Promise<{ readonly message: LatticeMessage; readonly xkey: Xkey }> {
    const xkey = createXkey()
    const sealed = xkey.seal(Buffer.from(JSON.stringify(request)), await this.#serverKey(backend))
    const headers = { [requestKeyHeader]: [xkey.publicKey] }
    try {
      return { message: await this.#connection.request(subject, sealed, { headers }), xkey }
    } catch (cause) {
      throw this.#unavailable(backend, cause)
    }
  }

  /** Kept until a request fails: a backend that has started again may have another key. */
  async #serverKey(backend: string): Promise<string> {
    const known = this.#serverKeys.get(backend)
    if (known !== undefined) return known
    try {
      const key = textOf(await this.#connection.request(this.#subjects.serverXkey(backend))).trim()
      this.#serverKeys.set(backend, key)
      return key
    } catch (cause) {
      throw this.#unavailable(backend, cause)
    }
  }

  #refused(backend: string, key: string, reason: string): AppError {
    this.#serverKeys.delete(backend)
    const store = `washi secrets value put ${key}`
    // In the message, since hints do not travel with the events that tell of failed starts and links.
    const why = reason === 'SecretNotFound' ? `${reason}; store it by "${store}"` : reason
    const hint = reason === 'SecretNotFound' ? store : `See the log of the backend "${backend}"`
    const message = `The backend "${backend}" does not give the secret "${key}": ${why}`
    return new AppError('SECRET_REFUSED', message, { hint })
  }

  #unavailable(backend: string, cause: unknown): AppError {
    this.#serverKeys.delete(backend)
    return new AppError(
      'SECRETS_BACKEND_UNAVAILABLE',
      `No answer from the secrets backend "${backend}" at ${this.#connection.url}`,
      { hint: 'Start one, or use "nats-kv", which "washi up" runs', cause },
    )
  }
}
