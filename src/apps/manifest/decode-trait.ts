import { decodeConfigs, decodeSecrets } from './decode-config.js'
import { FieldReader } from './field-reader.js'
import { ManifestFault } from './manifest-fault.js'
import type {
  ConfigDefinition,
  LinkProperties,
  ScalerProperties,
  Spread,
  TargetDefinition,
  Trait,
} from './manifest.js'
import { toJsonValue } from './source-tree.js'
import type { SourceNode } from './source-tree.js'

/**
 * Decodes a trait. Its properties are a link where they have the shape of one, else a scaler, else anything at all:
 * wadm tries in this order and does not look at the type. Link fields of a wrong type, which panic wadm, are a fault.
 */
export function decodeTrait(trait: FieldReader): Trait {
  trait.allowOnly(['type', 'properties'])
  const type = trait.text('type')
  const node = trait.required('properties')
  return {
    type,
    properties: decodeLink(node) ?? decodeScaler(node) ?? { kind: 'custom', value: toJsonValue(node) },
  }
}

function decodeLink(node: SourceNode): LinkProperties | undefined {
  if (node.kind !== 'map') return undefined
  const link = FieldReader.root(node, 'LinkProperty')
  const ends = undefinedOnFault(() => decodeEnds(link))
  if (!ends || !['namespace', 'package', 'interfaces'].every((field) => link.isPresent(field)))
    return undefined
  return {
    kind: 'link',
    namespace: link.string('namespace'),
    package: link.string('package'),
    interfaces: link.strings('interfaces'),
    ...(link.isPresent('name') ? { name: link.string('name') } : {}),
    ...ends,
  }
}

function decodeEnds(link: FieldReader): Pick<LinkProperties, 'source' | 'target'> {
  const oldSource = link.isPresent('source_config')
    ? { source: { config: decodeConfigs(link, 'source_config'), secrets: [] } }
    : {}
  const source = link.isPresent('source') ? { source: decodeEnd(link.child('source')) } : oldSource
  return { ...source, target: decodeTarget(link) }
}

function decodeTarget(link: FieldReader): TargetDefinition {
  if (!link.isPresent('target')) return { name: '', config: [], secrets: [] }
  const node = link.required('target')
  // The old spelling: beside an object, target_config has never had an effect.
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    return { name: node.value, config: decodeConfigs(link, 'target_config'), secrets: [] }
  }
  const target = link.child('target')
  return { name: target.string('name'), ...decodeEnd(target) }
}

function decodeEnd(end: FieldReader): ConfigDefinition {
  return { config: decodeConfigs(end, 'config'), secrets: decodeSecrets(end) }
}

function decodeScaler(node: SourceNode): ScalerProperties | undefined {
  if (node.kind !== 'map') return undefined
  return undefinedOnFault(() => {
    const scaler = FieldReader.root(node, 'SpreadScalerProperty')
    scaler.allowOnly(['instances', 'replicas', 'spread'])
    if (scaler.isPresent('instances') && scaler.isPresent('replicas')) {
      throw scaler.fault('duplicate field `instances`', 'replicas')
    }
    return {
      kind: 'scaler',
      instances: scaler.count(scaler.isPresent('replicas') ? 'replicas' : 'instances'),
      spread: scaler.isPresent('spread') ? scaler.children('spread').map(decodeSpread) : [],
    }
  })
}

function decodeSpread(spread: FieldReader): Spread {
  spread.allowOnly(['name', 'requirements', 'weight'])
  const name = spread.string('name')
  const requirements = spread.stringMap('requirements')
  return spread.has('weight')
    ? { name, requirements, weight: spread.count('weight') }
    : { name, requirements }
}

function undefinedOnFault<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch (thrown) {
    if (thrown instanceof ManifestFault) return undefined
    throw thrown
  }
}
