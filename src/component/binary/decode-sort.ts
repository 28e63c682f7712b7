import type { AliasDefinition, CoreSpace, Sort, SortIndex } from './definitions.js'
import { invalidComponent, unsupportedComponent } from './invalid-component.js'
import { hex, type Reader } from './reader.js'
import { type Scope, sortName, withArticle } from './scope.js'

const coreSpaces: Readonly<Record<number, CoreSpace>> = {
  0x00: 'core-function',
  0x01: 'core-table',
  0x02: 'core-memory',
  0x03: 'core-global',
  0x04: 'core-tag',
  0x10: 'core-type',
  0x11: 'core-module',
  0x12: 'core-instance',
}

const sorts: Readonly<Record<number, Sort>> = {
  0x01: 'function',
  0x02: 'value',
  0x03: 'type',
  0x04: 'component',
  0x05: 'instance',
}

export function decodeCoreSpace(reader: Reader): CoreSpace {
  const { offset } = reader
  const byte = reader.byte()
  const space = coreSpaces[byte]
  if (byte === 0x20) throw unsupportedComponent('functions of an exact type are', offset)
  if (space === undefined) throw invalidComponent(`${hex(byte)} is no core sort`, offset)
  return space
}

export function decodeSort(reader: Reader): Sort {
  const { offset } = reader
  const byte = reader.byte()
  if (byte === 0) return decodeCoreSpace(reader)
  const sort = sorts[byte]
  if (sort === undefined) throw invalidComponent(`${hex(byte)} is no sort`, offset)
  if (sort === 'value') throw unsupportedComponent('component values are', offset)
  return sort
}

/** A sort and an index that is in range. */
export function decodeSortIndex(reader: Reader, scope: Scope): SortIndex {
  const sort = decodeSort(reader)
  return { sort, index: decodeIndex(reader, scope, sort) }
}

/** An index that is in range. */
export function decodeIndex(reader: Reader, scope: Scope, sort: Sort): number {
  const { offset } = reader
  return scope.use(sort, reader.u32(), offset)
}

/** An alias. The caller adds it to its scope. */
export function decodeAlias(reader: Reader, scope: Scope): AliasDefinition {
  const { offset } = reader
  const sort = decodeSort(reader)
  const target = reader.offset
  const byte = reader.byte()
  switch (byte) {
    case 0x00: {
      if (sort.startsWith('core-') && sort !== 'core-module') {
        throw invalidComponent(`an instance cannot export ${withArticle(sortName(sort))}`, offset)
      }
      return {
        kind: 'alias-export',
        sort,
        instance: decodeIndex(reader, scope, 'instance'),
        name: reader.string(),
      }
    }
    case 0x01:
      return {
        kind: 'alias-core-export',
        sort: coreExportSort(sort, offset),
        instance: decodeIndex(reader, scope, 'core-instance'),
        name: reader.string(),
      }
    case 0x02:
      return decodeOuterAlias(reader, scope, sort)
    default:
      throw invalidComponent(`${hex(byte)} is no target of an alias`, target)
  }
}

function decodeOuterAlias(reader: Reader, scope: Scope, sort: Sort): AliasDefinition {
  const { offset } = reader
  if (sort !== 'type' && sort !== 'component' && sort !== 'core-module' && sort !== 'core-type') {
    throw invalidComponent(`${withArticle(sortName(sort))} cannot be taken from an outer component`, offset)
  }
  const depth = reader.u32()
  const outer = scope.outer(depth, offset)
  return { kind: 'alias-outer', sort, depth, index: decodeIndex(reader, outer, sort) }
}

function coreExportSort(sort: Sort, offset: number): CoreSpace {
  switch (sort) {
    case 'core-function':
    case 'core-table':
    case 'core-memory':
    case 'core-global':
    case 'core-tag':
      return sort
    default:
      throw invalidComponent(`a core instance cannot export ${withArticle(sortName(sort))}`, offset)
  }
}
