import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { AppError, messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import { parseOnly } from './parse-only.js'
import type { PgValue } from './pg-value.js'
import { readValue } from './read-value.js'
import type { PostgresSettings } from './settings.js'
import { writeValue } from './write-value.js'

/** An entry of a row. */
export interface RowEntry {
  readonly columnName: string
  readonly value: PgValue
}

/** Statements that are remembered for one link; of more the oldest are forgotten. */
const maxStatements = 10_000
const connectTimeoutMs = 5_000

/** A database with a pool of connections. Whoever opened it closes it. */
export class Database {
  readonly #pool: pg.Pool
  readonly #statements = new Map<string, string>()

  constructor(settings: PostgresSettings, log: Logger) {
    const { host, port, user, password, database, poolSize } = settings
    this.#pool = new pg.Pool({
      ...{ host, port, user, password, database, max: poolSize, application_name: 'washi' },
      ...{ connectionTimeoutMillis: connectTimeoutMs, idleTimeoutMillis: 60_000, allowExitOnIdle: true },
      ssl: settings.isTlsRequired,
      types: { getTypeParser: ((oid: number) => (text: string) => readValue(oid, text)) as never }, // any parser
    })
    this.#pool.on('error', (failure) =>
      log.warn('a connection to Postgres is lost', { reason: messageOf(failure) }),
    )
    this.#pool.on('connect', (client) => {
      // A query on its way fails by itself; without a listener the same failure would end the process.
      client.on('error', () => undefined)
      // Values are read in these forms, whatever the server's own are. Queries wait for it.
      client
        .query("SET DateStyle = 'ISO'; SET TimeZone = 'UTC'; SET bytea_output = 'hex'")
        .catch(() => undefined)
    })
  }

  /** Resolves once the database answers. Throws STORE_UNREACHABLE, after which it is closed. */
  async open({ host, port, database }: PostgresSettings): Promise<void> {
    try {
      await this.#pool.query('SELECT 1')
    } catch (cause) {
      await this.close()
      throw new AppError(
        'STORE_UNREACHABLE',
        `Cannot use the database "${database}" of Postgres at ${host}:${port}: ${messageOf(cause)}`,
        { hint: 'Check the POSTGRES_ keys and secrets of the link', cause },
      )
    }
  }

  /** The rows of one statement. Throws what Postgres says. */
  async query(text: string, params: readonly PgValue[]): Promise<readonly (readonly RowEntry[])[]> {
    const values = params.map(writeValue)
    // One statement only, also without parameters.
    const config = { text, values, rowMode: 'array' as const, queryMode: 'extended' }
    const { rows, fields } = await this.#pool.query<(PgValue | null)[]>(config)
    return rows.map((row) =>
      row.map((value, index) => ({ columnName: fields[index]?.name ?? '', value: value ?? { tag: 'null' } })),
    )
  }

  /** Any number of statements, without parameters. */
  async batch(text: string): Promise<void> {
    await this.#pool.query(text)
  }

  /** Has Postgres look at a statement, and returns a name for it. */
  async prepare(text: string): Promise<string> {
    const client = await this.#pool.connect()
    try {
      await parseOnly(client, text)
    } finally {
      client.release()
    }
    const token = randomUUID()
    this.#statements.set(token, text)
    for (const oldest of this.#statements.keys()) {
      if (this.#statements.size <= maxStatements) break
      this.#statements.delete(oldest)
    }
    return token
  }

  /** How many rows a prepared statement has changed or found; undefined for a name that there is not. */
  async execute(token: string, params: readonly PgValue[]): Promise<bigint | undefined> {
    const text = this.#statements.get(token)
    if (text === undefined) return undefined
    // Each connection prepares it once, under that name.
    const { rowCount } = await this.#pool.query({ name: token, text, values: params.map(writeValue) })
    return BigInt(rowCount ?? 0)
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}
