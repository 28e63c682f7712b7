import type { FieldReader } from './field-reader.js'
import type { ConfigProperty, SecretProperty } from './manifest.js'

/** The named configurations in `field`; none where it is absent. Values are strings, nothing else. */
export function decodeConfigs(parent: FieldReader, field: string): readonly ConfigProperty[] {
  return parent.isPresent(field) ? parent.children(field).map(decodeConfig) : []
}

/** The named secrets of a component or of one end of a link. */
export function decodeSecrets(parent: FieldReader): readonly SecretProperty[] {
  return parent.isPresent('secrets') ? parent.children('secrets').map(decodeSecret) : []
}

function decodeConfig(config: FieldReader): ConfigProperty {
  config.allowOnly(['name', 'properties'])
  const name = config.string('name')
  return config.has('properties') ? { name, properties: config.stringMap('properties') } : { name }
}

function decodeSecret(secret: FieldReader): SecretProperty {
  const properties = secret.child('properties')
  return {
    name: secret.string('name'),
    properties: {
      policy: properties.string('policy'),
      key: properties.string('key'),
      ...(properties.has('field') ? { field: properties.string('field') } : {}),
      ...(properties.has('version') ? { version: properties.string('version') } : {}),
    },
  }
}
