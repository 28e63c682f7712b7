import { decodeConfigs, decodeSecrets } from './decode-config.js'
import { decodeTrait } from './decode-trait.js'
import { FieldReader } from './field-reader.js'
import type {
  ComponentProperties,
  Manifest,
  ManifestComponent,
  ManifestMetadata,
  ManifestSpec,
  Policy,
  SharedReference,
} from './manifest.js'
import type { SourceNode } from './source-tree.js'

/**
 * Turns a source tree into a manifest, as strictly and as leniently as wadm 0.21 does: unknown keys are refused at the
 * top and in properties and traits, elsewhere ignored. Throws ManifestFault.
 */
export function decodeManifest(root: SourceNode): Manifest {
  const top = FieldReader.root(root, 'Manifest')
  top.allowOnly(['apiVersion', 'kind', 'metadata', 'spec'])
  return {
    apiVersion: top.text('apiVersion'),
    kind: top.text('kind'),
    metadata: decodeMetadata(top.child('metadata')),
    spec: decodeSpec(top.child('spec')),
  }
}

function decodeMetadata(metadata: FieldReader): ManifestMetadata {
  return {
    name: metadata.text('name'),
    annotations: metadata.textMap('annotations'),
    labels: metadata.has('labels') ? metadata.textMap('labels') : {},
  }
}

function decodeSpec(spec: FieldReader): ManifestSpec {
  return {
    components: spec.children('components').map(decodeComponent),
    policies: spec.has('policies') ? spec.children('policies').map(decodePolicy) : [],
  }
}

function decodePolicy(policy: FieldReader): Policy {
  return { name: policy.text('name'), type: policy.text('type'), properties: policy.textMap('properties') }
}

function decodeComponent(component: FieldReader): ManifestComponent {
  const name = component.text('name')
  const type = component.string('type')
  if (type !== 'component' && type !== 'actor' && type !== 'capability') {
    const expected = 'expected one of `actor`, `component`, `capability`'
    throw component.fault(`unknown variant \`${type}\`, ${expected}`, 'type')
  }
  return {
    name,
    type: type === 'actor' ? 'component' : type,
    properties: decodeProperties(component.child('properties')),
    ...(component.has('traits') ? { traits: component.children('traits').map(decodeTrait) } : {}),
  }
}

function decodeProperties(properties: FieldReader): ComponentProperties {
  properties.allowOnly(['image', 'application', 'id', 'config', 'secrets'])
  return {
    ...(properties.has('image') ? { image: properties.string('image') } : {}),
    ...(properties.has('application') ? { application: decodeShared(properties.child('application')) } : {}),
    ...(properties.has('id') ? { id: properties.string('id') } : {}),
    config: decodeConfigs(properties, 'config'),
    secrets: decodeSecrets(properties),
  }
}

function decodeShared(reference: FieldReader): SharedReference {
  return { name: reference.string('name'), component: reference.string('component') }
}
