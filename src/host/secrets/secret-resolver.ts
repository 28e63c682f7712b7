import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import type { StringMap } from '../../lattice/control/schemas.js'
import type { Bucket } from '../../lattice/key-value.js'
import { jsonOf } from '../../lattice/message.js'
import { secretChangedSchema } from '../../lattice/secrets/secret-messages.js'
import { parseSecretReference } from '../../lattice/secrets/secret-reference.js'
import type { SecretValue, SecretValues } from '../../lattice/secrets/secret-value.js'
import { SecretsClient } from '../../lattice/secrets/secrets-client.js'
import { isSecretName, readConfig } from '../../lattice/store/configs.js'
import { secretSubjects } from '../../lattice/subjects.js'

/** What a SecretResolver works with. */
export interface SecretResolverOptions {
  readonly connection: LatticeConnection
  readonly topic: string
  /** Where references are stored. */
  readonly bucket: Bucket
  /** The host's own token, made anew for each request. */
  readonly hostToken: () => string
  readonly log: Logger
  /** Called with the name of each reference that led to another value; the values are asked for anew then. */
  readonly onChange: (name: string) => void
}

/** For whom secrets are asked. */
export interface SecretUser {
  /** Its signed token, where it has one. */
  readonly token?: string | undefined
  readonly annotations: StringMap
}

/** The annotation that says which application something belongs to. */
const applicationAnnotation = 'wasmcloud.dev/appspec'

/** Turns the names of references, which are in lists of configs, into values from their backends. Keeps no value. */
export class SecretResolver {
  readonly #options: SecretResolverOptions
  readonly #client: SecretsClient
  /** Names of references by backend and key. */
  readonly #known = new Map<string, Set<string>>()

  constructor(options: SecretResolverOptions) {
    this.#options = options
    this.#client = new SecretsClient(options.connection, options.topic)
  }

  /** Follows what backends say of changes, until the signal. */
  start(signal: AbortSignal): void {
    const { connection, topic } = this.#options
    const listening = connection.listen(secretSubjects(topic).changed('*'), ({ subject, payload }) => {
      const changed = secretChangedSchema.safeParse(jsonOf({ payload }))
      const backend = subject.slice(topic.length).split('.')[2] ?? ''
      if (changed.success) this.#onChanged(keyOf(backend, changed.data.key))
    })
    signal.addEventListener('abort', () => listening.end(), { once: true })
  }

  /**
   * The secrets among the names; other configs are left to whoever reads these. A later one of the same name wins.
   * Throws SECRET_NOT_FOUND for a reference that is not stored, and as SecretsClient.get().
   */
  async resolve(names: readonly string[], user: SecretUser): Promise<SecretValues> {
    const secrets = names.filter(isSecretName)
    const entries = await Promise.all(secrets.map((name) => this.#resolve(name, user)))
    return Object.fromEntries(entries)
  }

  async #resolve(configName: string, user: SecretUser): Promise<readonly [string, SecretValue]> {
    const stored = await readConfig(this.#options.bucket, configName)
    if (!stored) {
      throw new AppError('SECRET_NOT_FOUND', `Secret reference ${configName} does not exist`, {
        hint: `washi secrets put ${configName.replace(/^SECRET_/, '')} BACKEND KEY`,
      })
    }
    const { name, backend, key, field, version, policy } = parseSecretReference(configName, stored)
    const known = this.#known.get(keyOf(backend, key)) ?? new Set()
    this.#known.set(keyOf(backend, key), known.add(configName))
    const value = await this.#client.get({
      ...{ backend, key, field: field ?? null, version: version ?? null },
      context: {
        entity_jwt: user.token ?? '',
        host_jwt: this.#options.hostToken(),
        application: { name: user.annotations[applicationAnnotation] ?? null, policy },
      },
    })
    return [name, value]
  }

  #onChanged(key: string): void {
    for (const name of this.#known.get(key) ?? []) {
      this.#options.log.info('a secret has another value', { reference: name })
      this.#options.onChange(name)
    }
  }
}

function keyOf(backend: string, key: string): string {
  return `${backend} ${key}`
}
