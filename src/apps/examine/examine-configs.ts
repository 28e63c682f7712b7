import { suggest } from '../../core/suggest.js'
import type { ConfigProperty } from '../manifest/manifest.js'
import type { SourcePath } from '../manifest/source-tree.js'
import { embeddedProviderOf } from '../support/embedded-provider.js'
import { linksAt } from './advice.js'
import type { Advice, Examined } from './advice.js'
import { keysOfProvider } from './provider-keys.js'

/** Config keys that the first-party provider which reads them does not know. */
export function findUnknownConfigKeys({ manifest }: Examined): readonly Advice[] {
  const own = manifest.spec.components.flatMap((component, index) =>
    component.type === 'capability'
      ? unknownKeys({
          image: component.properties.image,
          end: 'own',
          configs: component.properties.config,
          path: ['spec', 'components', index, 'properties', 'config'],
        })
      : [],
  )
  const ofLinks = linksAt(manifest).flatMap(({ source, target, link, path }) => [
    ...unknownKeys({
      image: source.type === 'capability' ? source.properties.image : undefined,
      end: 'source',
      configs: link.source?.config ?? [],
      path: [...path, 'source', 'config'],
    }),
    ...unknownKeys({
      image: target?.type === 'capability' ? target.properties.image : undefined,
      end: 'target',
      configs: link.target.config,
      path: [...path, 'target', 'config'],
    }),
  ])
  return [...own, ...ofLinks]
}

interface ConfigsAt {
  readonly image: string | undefined
  readonly end: 'own' | 'source' | 'target'
  readonly configs: readonly ConfigProperty[]
  readonly path: SourcePath
}

function unknownKeys({ image, end, configs, path }: ConfigsAt): readonly Advice[] {
  const provider = image === undefined ? undefined : embeddedProviderOf(image)
  const keys = provider === undefined ? undefined : keysOfProvider(provider)
  if (provider === undefined || !keys) return []
  const known = keys[end]
  const fold = (key: string): string => (keys.ignoresCase ? key.toLowerCase() : key)
  const folded = new Set(known.map(fold))
  return configs.flatMap(({ properties = {} }, index) =>
    Object.keys(properties)
      .filter((key) => !folded.has(fold(key)))
      .map((key): Advice => {
        const message = `${provider} does not know the key "${key}"${meant(key, known)}`
        return { rule: 'config-key-unknown', message, path: [...path, index, 'properties', key] }
      }),
  )
}

function meant(key: string, known: readonly string[]): string {
  if (known.length === 0) return ': it takes none here'
  const byFolded = new Map(known.map((each) => [each.toLowerCase(), each]))
  const nearest = byFolded.get(suggest(key.toLowerCase(), [...byFolded.keys()]) ?? '')
  return nearest === undefined ? `; its keys are ${known.join(', ')}` : `; did you mean "${nearest}"?`
}
