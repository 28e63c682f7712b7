import type { Note } from '../model.js'
import type { Annotations, DefinitionSyntax, Item } from './syntax.js'

/** What an item's annotations say; undefined where it has none. */
export function toNote({ docs, since, unstable, deprecated, externalId }: Annotations): Note | undefined {
  const note = {
    ...(docs !== undefined && { docs }),
    ...(since !== undefined && { since }),
    ...(unstable !== undefined && { unstable }),
    ...(deprecated !== undefined && { deprecated }),
    ...(externalId !== undefined && { externalId }),
  }
  return Object.keys(note).length === 0 ? undefined : note
}

/** Collects the notes of the items of one interface or world. */
export class Notes {
  readonly #notes = new Map<string, Note>()

  add(name: string, annotations: Annotations): void {
    const note = toNote(annotations)
    if (note) this.#notes.set(name, note)
  }

  /** Those of a type, and of its fields, cases or flags. */
  addDefinition(definition: DefinitionSyntax): void {
    this.add(definition.name, definition)
    for (const part of partsOf(definition)) this.add(`${definition.name}.${part.name}`, part)
  }

  /** As a part of the model. */
  toParts(): { readonly notes?: Readonly<Record<string, Note>> } {
    return this.#notes.size === 0 ? {} : { notes: Object.fromEntries(this.#notes) }
  }
}

function partsOf(definition: DefinitionSyntax): readonly Item[] {
  switch (definition.kind) {
    case 'record':
      return definition.fields
    case 'variant':
      return definition.cases
    case 'flags':
    case 'enum':
      return definition.names
    case 'alias':
    case 'resource':
      return []
    default:
      return definition satisfies never
  }
}
