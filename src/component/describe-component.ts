import type { World } from '../wit/model.js'
import { decodeComponent } from './binary/decode-component.js'
import type { Definition } from './binary/definitions.js'
import type { ResolvedComponent } from './resolve/program.js'
import { resolveComponent } from './resolve/resolve-component.js'
import { validateComponent } from './validate/validate-component.js'
import { toWorld } from './world.js'

/** What a component's binary says of it. */
export interface ComponentDescription {
  /** What it imports and exports. */
  readonly world: World
  /** What the linker makes an instance of. */
  readonly program: ResolvedComponent
  /** Its custom sections, by name and by the range of their bytes, in the order of the binary. */
  readonly customSections: readonly CustomSection[]
}

/** A custom section of the component itself; those of its core modules are within them. */
export interface CustomSection {
  readonly name: string
  readonly start: number
  readonly end: number
}

/**
 * Decodes, validates and resolves a component. Throws COMPONENT_INVALID, which says what is wrong and at which byte, for anything
 * that is not a component that washi runs; hostile bytes cost a bounded amount of time and memory.
 */
export function describeComponent(bytes: Uint8Array): ComponentDescription {
  const definitions = decodeComponent(bytes)
  validateComponent(bytes, definitions)
  const program = resolveComponent(definitions)
  return { world: toWorld(program), program, customSections: customSections(definitions) }
}

function customSections(definitions: readonly Definition[]): readonly CustomSection[] {
  return definitions.flatMap((definition) =>
    definition.kind === 'custom'
      ? [{ name: definition.name, start: definition.start, end: definition.end }]
      : [],
  )
}
