import type { ProviderDefinition } from '../host/provider.js'
import { blobstoreFs } from '../providers/blobstore-fs/index.js'
import { blobstoreS3 } from '../providers/blobstore-s3/index.js'
import { httpClient } from '../providers/http-client/index.js'
import { httpServer } from '../providers/http-server/index.js'
import { keyValueConsul } from '../providers/keyvalue-consul/index.js'
import { keyValueMemory } from '../providers/keyvalue-memory/index.js'
import { keyValueNats } from '../providers/keyvalue-nats/index.js'
import { keyValueRedis } from '../providers/keyvalue-redis/index.js'
import { keyValueVault } from '../providers/keyvalue-vault/index.js'
import { messagingNats } from '../providers/messaging-nats/index.js'
import { sqldbPostgres } from '../providers/sqldb-postgres/index.js'

/** The providers that hosts of washi run in their own process. */
export const embeddedProviders: readonly ProviderDefinition[] = [
  blobstoreFs,
  blobstoreS3,
  httpClient,
  httpServer,
  keyValueConsul,
  keyValueMemory,
  keyValueNats,
  keyValueRedis,
  keyValueVault,
  messagingNats,
  sqldbPostgres,
]
