import type { Clock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { LatticeConnection } from '../lattice/connection.js'
import {
  defaultBackend,
  startSecretsBackend,
  type SecretsBackend,
} from '../lattice/secrets/secrets-backend.js'
import { defaultSecretsTopic, secretSubjects } from '../lattice/subjects.js'
import { createSecretKeys, readSecretKeys } from './secret-keys.js'

/** What startSecrets() works with. */
export interface SecretsOptions {
  readonly connection: LatticeConnection
  readonly topic: string | undefined
  /** Default: keys that are forgotten with the session. */
  readonly keyFile: string | undefined
  readonly log: Logger
  readonly clock: Clock
}

/**
 * Starts a backend for secrets named nats-kv, unless one answers already. Throws as startSecretsBackend() and
 * readSecretKeys().
 */
export async function startSecrets(options: SecretsOptions): Promise<SecretsBackend | undefined> {
  const { connection, topic, keyFile, log, clock } = options
  if (await isAnswered(connection, topic)) {
    log.info('using the secrets backend that answers already', { backend: defaultBackend })
    return undefined
  }
  const keys = keyFile === undefined ? createSecretKeys() : await readSecretKeys(keyFile)
  return await startSecretsBackend({ connection, topic, keys, log, clock })
}

async function isAnswered(connection: LatticeConnection, topic = defaultSecretsTopic): Promise<boolean> {
  try {
    await connection.request(secretSubjects(topic).serverXkey(defaultBackend), '', { timeoutMs: 1000 })
    return true
  } catch (failure) {
    if (failure instanceof AppError) return failure.code === 'LATTICE_TIMEOUT'
    throw failure
  }
}
