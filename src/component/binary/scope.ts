import type { Sort } from './definitions.js'
import { invalidComponent, quote, unsupportedComponent } from './invalid-component.js'
import { checkExternName, uniqueKey } from './names.js'

/** Components and types may lie in one another this deep: the limit of wasmtime. */
const maxDepth = 100

/**
 * How many definitions of each sort there are so far, in a component or in the type of one, and the names in use.
 * An index is in range if something before it in the binary defined it.
 */
export class Scope {
  readonly kind: 'component' | 'component-type' | 'instance-type' | 'module-type'
  readonly #parent: Scope | undefined
  readonly #depth: number
  readonly #counts = new Map<Sort, number>()
  readonly #names = { import: new Set<string>(), export: new Set<string>() }

  constructor(kind: Scope['kind'], parent: Scope | undefined, offset: number) {
    this.kind = kind
    this.#parent = parent
    this.#depth = parent ? parent.#depth + 1 : 1
    if (this.#depth > maxDepth) {
      throw invalidComponent(`components and types lie in one another deeper than ${maxDepth}`, offset)
    }
  }

  /** Adds a definition to an index space. */
  define(sort: Sort): void {
    this.#counts.set(sort, (this.#counts.get(sort) ?? 0) + 1)
  }

  /** Returns `index` if it is in range, and refuses it otherwise. */
  use(sort: Sort, index: number, offset: number): number {
    const count = this.#counts.get(sort) ?? 0
    if (index >= count) {
      throw invalidComponent(
        `${sortName(sort)} ${index} is not defined (there are ${count} before it),`,
        offset,
      )
    }
    return index
  }

  /** The scope that lies `depth` scopes outwards; 0 is this one. */
  outer(depth: number, offset: number): Scope {
    if (depth === 0) return this
    if (!this.#parent) throw invalidComponent('an alias points outside the component', offset)
    return this.#parent.outer(depth - 1, offset)
  }

  /** Checks the name of an import or export by its grammar, and that this scope has no other like it. */
  name(role: 'import' | 'export', name: string, sort: Sort, offset: number): string {
    const kind = checkExternName(name, offset)
    if (kind === 'resource-function' && sort !== 'function') {
      throw invalidComponent(`the ${sortName(sort)} ${quote(name)} has the name of a function`, offset)
    }
    if (kind === 'interface' && sort !== 'instance') {
      throw unsupportedComponent(
        `the ${sortName(sort)} ${quote(name)} with the name of an interface is`,
        offset,
      )
    }
    const names = this.#names[role]
    const key = uniqueKey(name)
    if (names.has(key)) throw invalidComponent(`the ${role} ${quote(name)} is there twice,`, offset)
    names.add(key)
    return name
  }
}

/** A sort as it is called in messages. */
export function sortName(sort: Sort): string {
  return sort.replace('-', ' ')
}

/** A word with its indefinite article, for messages. */
export function withArticle(word: string): string {
  return `${/^[aeio]/.test(word) ? 'an' : 'a'} ${word}`
}
