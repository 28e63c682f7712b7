import { parseReference } from '../../component/references/reference.js'
import { AppError } from '../../core/errors.js'
import type { ProviderDefinition } from '../provider.js'

/** A provider reference that stands for an embedded definition. */
export interface EmbeddedReference {
  readonly definition: ProviderDefinition
  /** The reference as inventories and events of real hosts show it. */
  readonly imageRef: string
}

/** The repositories whose images the embedded providers stand in for. */
const homes = ['ghcr.io/wasmcloud', 'wasmcloud.azurecr.io']

/**
 * Finds the embedded provider that a reference of the wasmCloud documentation means, whatever its tag.
 * Throws PROVIDER_NOT_EMBEDDED, naming those that are, or COMPONENT_REFERENCE_INVALID.
 */
export function resolveEmbedded(
  reference: string,
  definitions: readonly ProviderDefinition[],
): EmbeddedReference {
  const name = embeddedName(reference)
  const definition = definitions.find((candidate) => candidate.name === name)
  if (definition) return { definition, imageRef: imageRefOf(reference) }
  throw notEmbedded(reference, definitions)
}

function embeddedName(text: string): string | undefined {
  const reference = parseReference(text)
  switch (reference.kind) {
    case 'builtin':
      return reference.name
    case 'oci': {
      const image = `${reference.registry}/${reference.repository}`
      const home = homes.find((prefix) => image.startsWith(`${prefix}/`))
      return home === undefined ? undefined : image.slice(home.length + 1)
    }
    case 'file':
      return undefined
    default:
      return reference satisfies never
  }
}

function imageRefOf(reference: string): string {
  return reference.replace(/^(?:oci|https?|file|wasmcloud\+builtin):\/\//, '')
}

function notEmbedded(reference: string, definitions: readonly ProviderDefinition[]): AppError {
  const known = definitions.map(({ name }) => `${homes[0]}/${name}`).sort()
  const list = known.length === 0 ? 'it has none here' : `these are ${known.join(', ')}, with any tag`
  return new AppError(
    'PROVIDER_NOT_EMBEDDED',
    `Cannot start the provider "${reference}": washi runs embedded providers only so far; ${list}`,
    { hint: 'Use the reference of an embedded provider' },
  )
}
