import type {
  ComponentProperties,
  ConfigDefinition,
  JsonValue,
  Manifest,
  ManifestComponent,
  SecretProperty,
  StringMap,
  Trait,
  TraitProperties,
} from './manifest.js'

/** A JSON object under construction: absent fields are dropped. */
type Fields = Readonly<Record<string, JsonValue | undefined>>

/**
 * The manifest as wadm writes it: fields in its order, empty lists and maps left out. `annotations` of the metadata and
 * `requirements` of a spread stay even when empty, because wadm itself cannot read a manifest without them.
 */
export function encodeManifest({ apiVersion, kind, metadata, spec }: Manifest): JsonValue {
  return fields({
    apiVersion,
    kind,
    metadata: fields({
      name: metadata.name,
      annotations: sorted(metadata.annotations),
      labels: unlessEmpty(sorted(metadata.labels)),
    }),
    spec: fields({
      components: spec.components.map(encodeComponent),
      policies: listUnlessEmpty(
        spec.policies.map(({ name, type, properties }) => ({ name, properties: sorted(properties), type })),
      ),
    }),
  })
}

function encodeComponent({ name, type, properties, traits }: ManifestComponent): JsonValue {
  return fields({ name, type, properties: encodeProperties(properties), traits: traits?.map(encodeTrait) })
}

function encodeProperties({ image, application, id, config, secrets }: ComponentProperties): JsonValue {
  return fields({
    image,
    application: application && { name: application.name, component: application.component },
    id,
    config: listUnlessEmpty(config.map(encodeConfig)),
    secrets: listUnlessEmpty(secrets.map(encodeSecret)),
  })
}

function encodeConfig({
  name,
  properties,
}: {
  readonly name: string
  readonly properties?: StringMap | undefined
}) {
  return fields({ name, properties: properties && sorted(properties) })
}

function encodeSecret({ name, properties: { policy, key, field, version } }: SecretProperty): JsonValue {
  return fields({ name, properties: fields({ policy, key, field, version }) })
}

function encodeTrait({ type, properties }: Trait): JsonValue {
  return { type, properties: encodeTraitProperties(properties) }
}

/** The properties of a trait, normalised. */
export function encodeTraitProperties(properties: TraitProperties): JsonValue {
  switch (properties.kind) {
    case 'link':
      return fields({
        namespace: properties.namespace,
        package: properties.package,
        interfaces: [...properties.interfaces],
        source: properties.source && encodeEnd(properties.source),
        target: { name: properties.target.name, ...encodeEnd(properties.target) },
        name: properties.name,
      })
    case 'scaler':
      return fields({
        instances: properties.instances,
        spread: listUnlessEmpty(
          properties.spread.map(({ name, requirements, weight }) =>
            fields({ name, requirements: sorted(requirements), weight }),
          ),
        ),
      })
    case 'custom':
      return properties.value
    default:
      return properties satisfies never
  }
}

function encodeEnd({ config, secrets }: ConfigDefinition): Record<string, JsonValue> {
  return fields({
    config: listUnlessEmpty(config.map(encodeConfig)),
    secrets: listUnlessEmpty(secrets.map(encodeSecret)),
  })
}

function fields(object: Fields): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(object).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  )
}

function sorted(map: StringMap): Record<string, string> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function unlessEmpty<T extends object>(object: T): T | undefined {
  return Object.keys(object).length === 0 ? undefined : object
}

function listUnlessEmpty(list: readonly JsonValue[]): readonly JsonValue[] | undefined {
  return list.length === 0 ? undefined : list
}
