import type { ProviderDefinition } from '#washi/host/provider.js'
import { keyValueConsul } from '#washi/providers/keyvalue-consul/index.js'
import { keyValueMemory } from '#washi/providers/keyvalue-memory/index.js'
import { keyValueNats } from '#washi/providers/keyvalue-nats/index.js'
import { keyValueRedis } from '#washi/providers/keyvalue-redis/index.js'
import { keyValueVault } from '#washi/providers/keyvalue-vault/index.js'
import { hasRealConsul, startConsulServer, startRealConsul, type ConsulServer } from './consul-server.js'
import { startRealRedisServer, whyNoRedis } from './real-redis-server.js'
import { hasRealVault, startRealVault, startVaultServer, type VaultServer } from './vault-server.js'

/** What stores of a provider are kept in. */
export interface KeyValueBacking extends AsyncDisposable {
  /** The target_config of a link to a store of its own, from a number up to 9; undefined for none. */
  config(number: number): Record<string, string> | undefined
}

/** A provider of key-value stores. */
export interface KeyValueSubject {
  readonly title: string
  readonly definition: ProviderDefinition
  /** Why it cannot be tested here. */
  readonly why?: string | undefined
  start(): Promise<KeyValueBacking>
  /** What is opened: default the empty name. */
  readonly bucket?: string
  /** The largest number that can be stored. Default: that of 64 bits. */
  readonly maxNumber?: bigint
  /** Whether all links have the same data. */
  readonly isOneStore?: boolean
}

/** Every provider of wasi:keyvalue. */
export const keyValueSubjects: readonly KeyValueSubject[] = [
  {
    title: 'keyvalue-memory',
    definition: keyValueMemory,
    start: async () => ({ config: () => undefined, [Symbol.asyncDispose]: async () => undefined }),
    isOneStore: true,
  },
  {
    title: 'keyvalue-nats',
    definition: keyValueNats,
    start: async () => ({
      config: (number) => ({ bucket: `bucket-${number}` }),
      [Symbol.asyncDispose]: async () => undefined,
    }),
  },
  {
    title: 'keyvalue-redis',
    definition: keyValueRedis,
    why: whyNoRedis(),
    maxNumber: 2n ** 63n - 1n,
    start: async () => {
      const redis = await startRealRedisServer()
      return {
        config: (number) => ({ URL: `${redis.url}${number}` }),
        [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
      }
    },
  },
  vault('keyvalue-vault', startVaultServer),
  ...(hasRealVault() ? [vault('keyvalue-vault with Vault', startRealVault)] : []),
  consul('keyvalue-consul', () => startConsulServer()),
  ...(hasRealConsul() ? [consul('keyvalue-consul with Consul', startRealConsul)] : []),
]

function vault(title: string, startServer: () => Promise<VaultServer>): KeyValueSubject {
  return {
    title,
    definition: keyValueVault,
    bucket: 'a/secret',
    start: async () => {
      const server = await startServer()
      for (let number = 0; number < 10; number += 1) await server.mount(`kv-${number}`)
      return {
        config: (number) => ({ addr: server.url, token: server.token, mount: `kv-${number}` }),
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      }
    },
  }
}

function consul(title: string, startServer: () => Promise<ConsulServer>): KeyValueSubject {
  return {
    title,
    definition: keyValueConsul,
    start: async () => {
      const server = await startServer()
      return {
        config: (number) => ({ addr: server.url, prefix: `tests/${number}` }),
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      }
    },
  }
}
