import type { ProviderDefinition } from '../../host/provider.js'
import { prepared, query } from '../../wit/wire/postgres.js'
import { SqldbPostgres } from './sqldb-postgres.js'

/** wasmCloud's sqldb-postgres in this process. */
export const sqldbPostgres: ProviderDefinition = {
  name: 'sqldb-postgres',
  calls: [],
  serves: ['wasmcloud:postgres/query', 'wasmcloud:postgres/prepared'],
  wire: [query, prepared],
  create: (context) => new SqldbPostgres(context),
}
