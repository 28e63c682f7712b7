import { AppError, messageOf } from '../../core/errors.js'
import type {
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderHealth,
  ProviderLink,
} from '../../host/provider.js'
import { connectLattice, type LatticeConnection } from '../../lattice/connection.js'
import { parseLatticeName } from '../../lattice/ids.js'
import { err, ok, type Outcome } from '../support/outcome.js'
import { describeUnlinked, TargetLinks } from '../support/target-links.js'
import { requireSubject, type BrokerMessage } from './broker-message.js'
import { Deliveries } from './deliveries.js'
import { parseMessagingSettings, type MessagingSettings } from './settings.js'

interface HandlerLink {
  readonly connection: LatticeConnection
  readonly deliveries: Deliveries
}

const graceMs = 2_000

/** Has a connection for each link: for what components send, and for what they are sent. */
export class MessagingNats implements Provider {
  readonly #context: ProviderContext
  readonly #senders = new TargetLinks<LatticeConnection>((connection) => connection.close())
  readonly #handlers = new Map<string, HandlerLink>()

  constructor(context: ProviderContext) {
    this.#context = context
  }

  async start(): Promise<void> {
    // Connections come with links.
  }

  /** The component handles messages. Throws LINK_CONFIG_INVALID or LATTICE_UNREACHABLE. */
  async linkAsSource(link: ProviderLink): Promise<void> {
    const key = keyOf(link)
    if (this.#handlers.has(key)) return
    const settings = this.#settingsOf(link.sourceConfig, link.target)
    if (settings.subscriptions.length === 0) {
      throw new AppError(
        'LINK_CONFIG_INVALID',
        `The link from messaging-nats to "${link.target}" names no subscriptions`,
        { hint: 'Set subscriptions in the source_config of the link' },
      )
    }
    const connection = await this.#connect(settings)
    const deliveries = new Deliveries(link, { context: this.#context, connection })
    try {
      await deliveries.start(settings.subscriptions)
    } catch (failure) {
      await connection.close()
      throw failure
    }
    this.#handlers.set(key, { connection, deliveries })
  }

  /** The component sends messages. Throws LINK_CONFIG_INVALID or LATTICE_UNREACHABLE. */
  async linkAsTarget(link: ProviderLink): Promise<void> {
    const settings = this.#settingsOf(link.targetConfig, link.sourceId)
    await this.#senders.open(link, async () => await this.#connect(settings))
  }

  async unlink(link: ProviderLink): Promise<void> {
    if (link.target === this.#context.providerId) await this.#senders.close(link)
    const key = keyOf(link)
    const held = this.#handlers.get(key)
    if (!held || link.sourceId !== this.#context.providerId) return
    this.#handlers.delete(key)
    await closeHandler(held)
  }

  async call(call: ProviderCall): Promise<Outcome> {
    const connection = this.#senders.find(call)
    if (!connection) return err(describeUnlinked(call, this.#context.providerId))
    try {
      if (call.function === 'publish') return ok(await publish(connection, call.args[0] as BrokerMessage)) // as decoded
      return ok(await request(connection, call))
    } catch (failure) {
      return err(messageOf(failure))
    }
  }

  async health(): Promise<ProviderHealth> {
    return { healthy: true }
  }

  async stop(): Promise<void> {
    const handlers = [...this.#handlers.values()]
    this.#handlers.clear()
    await Promise.all([this.#senders.closeAll(), ...handlers.map(closeHandler)])
  }

  /** Those of the link, or of the provider where the link has none at all. */
  #settingsOf(config: Readonly<Record<string, string>>, party: string): MessagingSettings {
    const isOwn = Object.keys(config).length > 0
    return parseMessagingSettings(isOwn ? config : this.#context.config, {
      owner: `the link with "${party}"`,
    })
  }

  async #connect({ clusterUri }: MessagingSettings): Promise<LatticeConnection> {
    const { bus, providerId } = this.#context
    return await connectLattice({
      url: clusterUri ?? bus.url,
      lattice: parseLatticeName('default'),
      name: `washi-${providerId}`,
    })
  }
}

async function closeHandler({ deliveries, connection }: HandlerLink): Promise<void> {
  await deliveries.stop(graceMs)
  await connection.close()
}

/** Resolves once the server has the message. */
async function publish(connection: LatticeConnection, message: BrokerMessage): Promise<void> {
  const { subject, body, replyTo } = message
  requireSubject(subject)
  if (replyTo !== undefined) requireSubject(replyTo)
  requireSize(connection, body)
  connection.send(subject, body, { reply: replyTo })
  await connection.flush()
}

async function request(
  connection: LatticeConnection,
  { args, signal }: ProviderCall,
): Promise<BrokerMessage> {
  const [subject, body, timeoutMs] = args as [string, Uint8Array, number] // as decoded
  requireSubject(subject)
  requireSize(connection, body)
  const answer = await connection.request(subject, body, { timeoutMs: Math.max(timeoutMs, 1), signal })
  return { subject: answer.subject, body: answer.payload, replyTo: answer.reply }
}

function requireSize({ maxPayload }: LatticeConnection, { length }: Uint8Array): void {
  if (length > maxPayload)
    throw new Error(`the message has ${length} bytes, and the server takes ${maxPayload}`)
}

function keyOf({ target, name }: ProviderLink): string {
  return `${target} ${name}`
}
