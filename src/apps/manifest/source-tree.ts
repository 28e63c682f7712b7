import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml'
import type { Document, Node as YamlNode, YAMLMap, YAMLSeq } from 'yaml'
import type { JsonValue } from './manifest.js'
import { ManifestFault } from './manifest-fault.js'
import type { TextPlace } from './manifest-fault.js'

/** A YAML or JSON value that knows where it stands. */
export type SourceNode = SourceScalar | SourceList | SourceMap

/** A scalar; `text` is how it was written, without quotes. */
export interface SourceScalar {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  readonly text: string
  /** Written without quotes. */
  readonly isPlain?: boolean
  readonly place: TextPlace
}

/** A sequence. */
export interface SourceList {
  readonly kind: 'list'
  readonly items: readonly SourceNode[]
  readonly place: TextPlace
}

/** A mapping with string keys, in order of writing. */
export interface SourceMap {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, SourceEntry>
  readonly place: TextPlace
}

/** One entry of a mapping. */
export interface SourceEntry {
  readonly keyPlace: TextPlace
  readonly value: SourceNode
}

/** The way to a node from the root. */
export type SourcePath = readonly (string | number)[]

// Aliases can multiply: ten lines of YAML may describe a billion nodes.
const maxNodes = 50_000

/**
 * Parses one YAML document (JSON is YAML too). Throws ManifestFault, with line and column, for bad syntax, duplicate
 * keys, several documents, keys that are not scalars, and aliases that unfold to more than 50,000 nodes.
 */
export function parseSourceTree(text: string): SourceNode {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const [document, second] = [...documents]
  const placeAt = (offset: number): TextPlace => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const error = document?.errors[0]
  if (error) throw new ManifestFault(sentenceOf(error.message), placeAt(error.pos[0]))
  if (second) {
    throw new ManifestFault('more than one YAML document in the file', placeAt(second.range?.[0] ?? 0))
  }
  if (!document?.contents) return { kind: 'scalar', value: null, text: '', place: placeAt(0) }
  return new TreeBuilder(document, placeAt).build(document.contents as YamlNode)
}

/** The plain value of a node. */
export function toJsonValue(node: SourceNode): JsonValue {
  switch (node.kind) {
    case 'scalar':
      return node.value
    case 'list':
      return node.items.map(toJsonValue)
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, toJsonValue(value)]))
    default:
      return node satisfies never
  }
}

/** A tree of plain values, which stand nowhere. */
export function toSourceNode(value: JsonValue, place: TextPlace = { line: 1, column: 1 }): SourceNode {
  if (isJsonList(value)) return { kind: 'list', items: value.map((item) => toSourceNode(item, place)), place }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, { keyPlace: place, value: toSourceNode(item, place) }] as const,
    )
    return { kind: 'map', entries: new Map(entries), place }
  }
  return { kind: 'scalar', value, text: String(value), place }
}

/** Where the node at `path` stands, or the nearest one above it that exists. */
export function placeOf(root: SourceNode, path: SourcePath): TextPlace {
  let node = root
  for (const step of path) {
    const next = childOf(node, step)
    if (!next) break
    node = next
  }
  return node.place
}

function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function childOf(node: SourceNode, step: string | number): SourceNode | undefined {
  if (node.kind === 'map') return node.entries.get(String(step))?.value
  return node.kind === 'list' && typeof step === 'number' ? node.items[step] : undefined
}

/** Turns the parser's tree into ours and counts what it makes. */
class TreeBuilder {
  readonly #document: Document
  readonly #placeAt: (offset: number) => TextPlace
  #count = 0

  constructor(document: Document, placeAt: (offset: number) => TextPlace) {
    this.#document = document
    this.#placeAt = placeAt
  }

  build(node: YamlNode): SourceNode {
    const place = this.#placeAt(node.range?.[0] ?? 0)
    if (++this.#count > maxNodes) throw new ManifestFault('the document is too large', place)
    if (isAlias(node)) {
      const target = node.resolve(this.#document)
      if (!target) throw new ManifestFault(`unknown alias *${node.source}`, place)
      return this.build(target)
    }
    if (isMap(node)) return this.#buildMap(node, place)
    if (isSeq(node)) return this.#buildList(node, place)
    if (!isScalar(node)) throw new ManifestFault('unexpected YAML node', place)
    const isPlain = node.type === 'PLAIN'
    return { kind: 'scalar', value: plainValue(node.value), text: node.source ?? '', isPlain, place }
  }

  #buildMap(node: YAMLMap, place: TextPlace): SourceMap {
    const entries = new Map<string, SourceEntry>()
    for (const { key, value } of node.items) {
      if (!isScalar(key)) throw new ManifestFault('a key must be a string', place)
      const keyPlace = this.#placeAt(key.range?.[0] ?? 0)
      const name = typeof key.value === 'string' ? key.value : (key.source ?? '')
      entries.set(name, { keyPlace, value: value ? this.build(value as YamlNode) : emptyScalar(keyPlace) })
    }
    return { kind: 'map', entries, place }
  }

  #buildList(node: YAMLSeq, place: TextPlace): SourceList {
    return { kind: 'list', items: node.items.map((item) => this.build(item as YamlNode)), place }
  }
}

function emptyScalar(place: TextPlace): SourceScalar {
  return { kind: 'scalar', value: null, text: '', place }
}

function plainValue(value: unknown): SourceScalar['value'] {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function sentenceOf(message: string): string {
  const [firstLine = message] = message.split('\n')
  return firstLine.charAt(0).toLowerCase() + firstLine.slice(1)
}
