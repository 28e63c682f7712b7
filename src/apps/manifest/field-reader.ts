import { ManifestFault } from './manifest-fault.js'
import type { StringMap } from './manifest.js'
import type { SourceMap, SourceNode } from './source-tree.js'

/**
 * Reads the fields of a mapping and says, in the words of wadm, which field of which path is missing or of the wrong
 * type. Every method throws ManifestFault at the place of the offending node.
 */
export class FieldReader {
  readonly #path: string
  readonly #map: SourceMap

  private constructor(path: string, map: SourceMap) {
    this.#path = path
    this.#map = map
  }

  /** Reads the root of a document, which must be a mapping. */
  static root(node: SourceNode, what: string): FieldReader {
    if (node.kind === 'map') return new FieldReader('', node)
    // An empty document lacks its first field rather than being of a wrong type.
    if (node.kind === 'scalar' && node.value === null && node.text === '') {
      throw new ManifestFault('missing field `apiVersion`', node.place)
    }
    throw new ManifestFault(`invalid type: ${describe(node)}, expected struct ${what}`, node.place)
  }

  /** The mapping itself. */
  get node(): SourceMap {
    return this.#map
  }

  /** Whether the field is there and not null. */
  has(field: string): boolean {
    const node = this.#map.entries.get(field)?.value
    return node !== undefined && !(node.kind === 'scalar' && node.value === null)
  }

  /** Whether the field is there, null or not. */
  isPresent(field: string): boolean {
    return this.#map.entries.has(field)
  }

  /** Refuses fields other than these. */
  allowOnly(fields: readonly string[]): void {
    for (const [field, { keyPlace }] of this.#map.entries) {
      if (fields.includes(field)) continue
      const expected =
        fields.length === 2
          ? `expected \`${fields.join('` or `')}\``
          : `expected one of ${fields.map((each) => `\`${each}\``).join(', ')}`
      throw new ManifestFault(this.#prefixed(`unknown field \`${field}\`, ${expected}`), keyPlace)
    }
  }

  /** A string that was written as one. */
  string(field: string): string {
    return this.#string(this.required(field), this.#pathOf(field))
  }

  /** A string; plain scalars of other types count as written (`1.0`, `true`). */
  text(field: string): string {
    return this.#text(this.required(field), this.#pathOf(field))
  }

  /** A map to strings that were written as such. */
  stringMap(field: string): StringMap {
    return this.#mapOf(field, (node, path) => this.#string(node, path))
  }

  /** A map to strings, where plain scalars of other types count as written; null is the empty map. */
  textMap(field: string): StringMap {
    return this.#mapOf(field, (node, path) => this.#text(node, path))
  }

  /** A list of strings that were written as such. */
  strings(field: string): readonly string[] {
    return this.#list(field).map((node, index) => this.#string(node, `${this.#pathOf(field)}[${index}]`))
  }

  /** A whole number that is not negative. */
  count(field: string): number {
    const node = this.required(field)
    if (node.kind === 'scalar' && typeof node.value === 'number') {
      if (Number.isSafeInteger(node.value) && node.value >= 0) return node.value
    }
    throw this.#typeFault(node, this.#pathOf(field), 'a whole number')
  }

  /** A mapping. */
  child(field: string): FieldReader {
    return this.#reader(this.required(field), this.#pathOf(field))
  }

  /** A list of mappings. */
  children(field: string): readonly FieldReader[] {
    return this.#list(field).map((node, index) => this.#reader(node, `${this.#pathOf(field)}[${index}]`))
  }

  /** A fault of this mapping, at `field` where given. */
  fault(reason: string, field?: string): ManifestFault {
    const place = field === undefined ? undefined : this.#map.entries.get(field)?.value.place
    return new ManifestFault(this.#prefixed(reason), place ?? this.#map.place)
  }

  #mapOf(field: string, read: (node: SourceNode, path: string) => string): StringMap {
    const node = this.required(field)
    if (node.kind === 'scalar' && node.value === null) return {}
    const map = this.#reader(node, this.#pathOf(field)).node
    return Object.fromEntries(
      [...map.entries].map(([key, { value }]) => [key, read(value, `${this.#pathOf(field)}.${key}`)]),
    )
  }

  #list(field: string): readonly SourceNode[] {
    const node = this.required(field)
    if (node.kind !== 'list') throw this.#typeFault(node, this.#pathOf(field), 'a sequence')
    return node.items
  }

  /** The field, whatever it is. */
  required(field: string): SourceNode {
    const entry = this.#map.entries.get(field)
    if (!entry) throw new ManifestFault(this.#prefixed(`missing field \`${field}\``), this.#map.place)
    return entry.value
  }

  #reader(node: SourceNode, path: string): FieldReader {
    if (node.kind !== 'map') throw this.#typeFault(node, path, 'a map')
    return new FieldReader(path, node)
  }

  #string(node: SourceNode, path: string): string {
    if (node.kind === 'scalar' && typeof node.value === 'string') return node.value
    throw this.#typeFault(node, path, 'a string')
  }

  #text(node: SourceNode, path: string): string {
    if (node.kind !== 'scalar') throw this.#typeFault(node, path, 'a string')
    return typeof node.value === 'string' ? node.value : node.text
  }

  #typeFault(node: SourceNode, path: string, expected: string): ManifestFault {
    return new ManifestFault(`${path}: invalid type: ${describe(node)}, expected ${expected}`, node.place)
  }

  #pathOf(field: string): string {
    return this.#path === '' ? field : `${this.#path}.${field}`
  }

  #prefixed(reason: string): string {
    return this.#path === '' ? reason : `${this.#path}: ${reason}`
  }
}

function describe(node: SourceNode): string {
  if (node.kind === 'map') return 'map'
  if (node.kind === 'list') return 'sequence'
  const { value } = node
  if (value === null) return 'null'
  if (typeof value === 'string') return `string ${JSON.stringify(value)}`
  if (typeof value === 'boolean') return `boolean \`${value}\``
  return `${Number.isInteger(value) ? 'integer' : 'floating point'} \`${value}\``
}
