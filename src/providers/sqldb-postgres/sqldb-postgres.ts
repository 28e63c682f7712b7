import { AppError, messageOf } from '../../core/errors.js'
import type {
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderHealth,
  ProviderLink,
} from '../../host/provider.js'
import { err, ok, type Outcome } from '../support/outcome.js'
import { describeUnlinked, TargetLinks } from '../support/target-links.js'
import { Database } from './database.js'
import type { PgValue } from './pg-value.js'
import { parsePostgresSettings, type PostgresSettings } from './settings.js'

interface Shared {
  readonly database: Database
  readonly key: string
  users: number
}

/** Has a pool of connections for each link, or one for all that say the same and want to share. */
export class SqldbPostgres implements Provider {
  readonly #context: ProviderContext
  readonly #links = new TargetLinks<Shared>((shared) => this.#release(shared))
  readonly #shared = new Map<string, Shared>()

  constructor(context: ProviderContext) {
    this.#context = context
  }

  async start(): Promise<void> {
    // Connections come with links.
  }

  async linkAsSource(link: ProviderLink): Promise<void> {
    throw new AppError(
      'LINK_REFUSED',
      `sqldb-postgres calls nobody, so it cannot be the source of a link to "${link.target}"`,
    )
  }

  /** Throws LINK_CONFIG_INVALID or STORE_UNREACHABLE. */
  async linkAsTarget(link: ProviderLink): Promise<void> {
    const settings = parsePostgresSettings(link)
    await this.#links.open(link, () => this.#take(settings))
  }

  async unlink(link: ProviderLink): Promise<void> {
    await this.#links.close(link)
  }

  async call(call: ProviderCall): Promise<Outcome> {
    const { args } = call
    const database = this.#links.find(call)?.database
    const text = args[0] as string // as decoded: each function takes text first
    const params = (args[1] ?? []) as readonly PgValue[]
    if (!database)
      return err(toError(call.function, new Error(describeUnlinked(call, this.#context.providerId))))
    try {
      return await answer(database, { name: call.function, text, params })
    } catch (failure) {
      return err(toError(call.function, failure))
    }
  }

  async health(): Promise<ProviderHealth> {
    return { healthy: true }
  }

  async stop(): Promise<void> {
    await this.#links.closeAll()
  }

  async #take(settings: PostgresSettings): Promise<Shared> {
    const key = settings.isShared ? JSON.stringify(settings) : ''
    const known = this.#shared.get(key)
    if (known) {
      known.users += 1
      return known
    }
    const database = new Database(settings, this.#context.log)
    await database.open(settings)
    const shared = { database, key, users: 1 }
    if (settings.isShared) this.#shared.set(key, shared)
    return shared
  }

  async #release(shared: Shared): Promise<void> {
    shared.users -= 1
    if (shared.users > 0) return
    if (this.#shared.get(shared.key) === shared) this.#shared.delete(shared.key)
    await shared.database.close()
  }
}

interface Asked {
  readonly name: string
  readonly text: string
  readonly params: readonly PgValue[]
}

async function answer(database: Database, { name, text, params }: Asked): Promise<Outcome> {
  switch (name) {
    case 'query':
      return ok(await database.query(text, params))
    case 'query-batch':
      return ok(await database.batch(text))
    case 'prepare':
      return ok(await database.prepare(text))
    case 'exec': {
      const count = await database.execute(text, params)
      return count === undefined ? err({ tag: 'unknown-prepared-query' }) : ok(count)
    }
    default:
      throw new Error(`there is no function ${name}`)
  }
}

/** The failure as the function's interface has it. */
function toError(name: string, failure: unknown): unknown {
  const message = describe(failure)
  if (name === 'prepare') return { tag: 'unexpected', val: message }
  const error = { tag: kindOf(failure), val: message }
  return name === 'exec' && error.tag !== 'unexpected' ? { tag: 'query-error', val: error } : error
}

function kindOf(failure: unknown): 'invalid-params' | 'invalid-query' | 'unexpected' {
  const code = codeOf(failure)
  // Data exceptions, and messages of the protocol such as a wrong number of parameters.
  if (/^22|^08P01/.test(code)) return 'invalid-params'
  return code.startsWith('42') ? 'invalid-query' : 'unexpected'
}

function describe(failure: unknown): string {
  const code = codeOf(failure)
  return /^[0-9A-Z]{5}$/.test(code) ? `${messageOf(failure)} (SQLSTATE ${code})` : messageOf(failure)
}

function codeOf(failure: unknown): string {
  return failure instanceof Error && 'code' in failure && typeof failure.code === 'string' ? failure.code : ''
}
