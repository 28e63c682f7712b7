import { AppError, defineProvider } from 'washi/provider'
import { world } from '../generated/world.ts'
import { Store } from './store.ts'

/** A key-value store in memory, one for each link. `max_keys` in a link's target_config bounds it. */
export const provider = defineProvider(world, {
  name: 'provider-typescript',
  create({ log }) {
    const stores = new Map<string, Store>()
    const storeOf = ({ sourceId, linkName }: { sourceId: string; linkName: string }): Store => {
      const store = stores.get(`${sourceId}/${linkName}`)
      if (store) return store
      // The error of a result is thrown as it is: here that of wasi:keyvalue.
      throw { tag: 'other', val: `${sourceId} has no link "${linkName}" to this provider` }
    }
    return {
      // A component was linked to us: prepare what its calls will need. Called again after every restart.
      async linkAsTarget({ sourceId, name, targetConfig }) {
        const maxKeys = Number(targetConfig['max_keys'] ?? 1_000)
        // A refusal: the lattice shows it, and "washi link put" fails with it.
        if (!(maxKeys > 0)) throw new AppError('LINK_CONFIG_INVALID', 'max_keys has to be a number above 0')
        stores.set(`${sourceId}/${name}`, new Store(maxKeys))
        log.info('a component may store things', { component: sourceId, link: name, maxKeys })
      },
      async unlink({ sourceId, name }) {
        stores.delete(`${sourceId}/${name}`)
      },
      exports: {
        'wasi:keyvalue/store': {
          get: (caller, _bucket, key) => storeOf(caller).get(key),
          set: (caller, _bucket, key, value) => storeOf(caller).set(key, value),
          delete: (caller, _bucket, key) => storeOf(caller).delete(key),
          exists: (caller, _bucket, key) => storeOf(caller).get(key) !== undefined,
          listKeys: (caller, _bucket, _cursor) => ({ keys: storeOf(caller).keys() }),
        },
        'wasi:keyvalue/atomics': {
          increment: (caller, _bucket, key, delta) => storeOf(caller).increment(key, delta),
        },
      },
    }
  },
})
