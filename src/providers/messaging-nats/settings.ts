import { readConfig, type ConfigKeys } from '../support/config-keys.js'

/** A subject whose messages are taken, and the group that shares them. */
export interface Subscription {
  readonly subject: string
  readonly queue: string | undefined
}

/** What a link says, or the provider for links that say nothing. */
export interface MessagingSettings {
  readonly subscriptions: readonly Subscription[]
  /** Default: the bus of the lattice. */
  readonly clusterUri: string | undefined
}

const keys = [
  ...['subscriptions', 'cluster_uris'],
  ...['client_jwt', 'client_seed', 'tls_ca', 'tls_ca_file', 'custom_inbox_prefix', 'consumers'],
] as const

/** Keys of the original that cannot be honoured yet. */
const unsupported = [
  ...['client_jwt', 'client_seed', 'tls_ca', 'tls_ca_file', 'custom_inbox_prefix', 'consumers'],
] as const

/** Throws where the configuration cannot be used. */
export function parseMessagingSettings(
  config: Readonly<Record<string, string>>,
  { owner, code }: Pick<ConfigKeys, 'owner' | 'code'>,
): MessagingSettings {
  const values = readConfig(config, { provider: 'messaging-nats', owner, keys, ignoresCase: false, code })
  const missing = unsupported.filter((key) => values.has(key))
  if (missing.length > 0) throw values.invalid(`${missing.join(', ')} cannot be honoured yet`)
  const subscriptions = values.list('subscriptions').map((text) => {
    const [subject = '', queue, ...more] = text.split('|')
    if (isSubject(subject) && (queue === undefined || isSubject(queue)) && more.length === 0) {
      return { subject, queue }
    }
    throw values.invalid(
      `subscriptions has "${text}", which is no subject`,
      'Write subjects, or subject|group, separated by commas',
    )
  })
  return { subscriptions, clusterUri: values.list('cluster_uris')[0] }
}

/** Tokens between dots, none of them empty or with blanks; `>` is the last. */
function isSubject(text: string): boolean {
  return /^(?:[^.\s>]+\.)*(?:[^.\s>]+|>)$/.test(text)
}
