import { string } from '@oclif/core/flags'
import { latticeFlags } from './lattice-flags.js'

/** The flags of commands that talk to a secrets backend. */
export const secretsBackendFlags = {
  ...latticeFlags,
  backend: string({ summary: 'Secrets backend.', default: 'nats-kv' }),
  'secrets-topic': string({
    summary: 'Prefix of the subjects of secrets backends.',
    default: 'wasmcloud.secrets',
    env: 'WASMCLOUD_SECRETS_TOPIC',
    helpGroup: 'LATTICE',
  }),
}
