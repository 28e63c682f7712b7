import type { CoreArgumentDefinition, Definition, InlineExport, SortIndex } from './definitions.js'
import { decodeExternName } from './decode-extern.js'
import { decodeCoreSpace, decodeIndex, decodeSortIndex } from './decode-sort.js'
import { invalidComponent, quote } from './invalid-component.js'
import { hex, type Reader } from './reader.js'
import { Scope, sortName, withArticle } from './scope.js'

/** A core instance, added to the scope. */
export function decodeCoreInstance(reader: Reader, scope: Scope): Definition {
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x00: {
      const module = decodeIndex(reader, scope, 'core-module')
      const args = decodeCoreArguments(reader, scope)
      scope.define('core-instance')
      return { offset, kind: 'core-instantiate', module, args }
    }
    case 0x01: {
      const exports = decodeNamed(reader, 'core export', () => decodeCoreExport(reader, scope))
      scope.define('core-instance')
      return { offset, kind: 'core-inline-instance', exports }
    }
    default:
      throw invalidComponent(`${hex(byte)} is no core instance`, offset)
  }
}

/** An instance, added to the scope. */
export function decodeInstance(reader: Reader, scope: Scope): Definition {
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x00: {
      const component = decodeIndex(reader, scope, 'component')
      const args = decodeNamed(reader, 'argument', () => ({
        name: reader.string(),
        target: decodeSortIndex(reader, scope),
      }))
      scope.define('instance')
      return { offset, kind: 'instantiate', component, args }
    }
    case 0x01: {
      const exports = decodeInlineExports(reader, scope)
      scope.define('instance')
      return { offset, kind: 'inline-instance', exports }
    }
    default:
      throw invalidComponent(`${hex(byte)} is no instance`, offset)
  }
}

function decodeCoreArguments(reader: Reader, scope: Scope): readonly CoreArgumentDefinition[] {
  return decodeNamed(reader, 'argument', () => {
    const name = reader.string()
    reader.expect(0x12, 'an argument of a core module')
    return { name, instance: decodeIndex(reader, scope, 'core-instance') }
  })
}

function decodeCoreExport(reader: Reader, scope: Scope): InlineExport {
  const name = reader.string()
  const { offset } = reader
  const sort = decodeCoreSpace(reader)
  if (sort === 'core-type' || sort === 'core-module' || sort === 'core-instance') {
    throw invalidComponent(`a core instance cannot export ${withArticle(sortName(sort))}`, offset)
  }
  return { name, target: { sort, index: decodeIndex(reader, scope, sort) } }
}

function decodeInlineExports(reader: Reader, scope: Scope): readonly InlineExport[] {
  const names = new Scope('instance-type', scope, reader.offset)
  return reader.vector(() => {
    const { offset } = reader
    const name = decodeExternName(reader)
    const target = decodeExportTarget(reader, scope)
    names.name('export', name, target.sort, offset)
    return { name, target }
  })
}

/** What an export refers to: of the core sorts, modules only. */
export function decodeExportTarget(reader: Reader, scope: Scope): SortIndex {
  const { offset } = reader
  const target = decodeSortIndex(reader, scope)
  if (target.sort.startsWith('core-') && target.sort !== 'core-module') {
    throw invalidComponent(`${withArticle(sortName(target.sort))} cannot be exported`, offset)
  }
  return target
}

function decodeNamed<Item extends { readonly name: string }>(
  reader: Reader,
  what: string,
  item: () => Item,
): readonly Item[] {
  const seen = new Set<string>()
  return reader.vector(() => {
    const { offset } = reader
    const decoded = item()
    if (seen.has(decoded.name)) {
      throw invalidComponent(`the ${what} ${quote(decoded.name)} is there twice,`, offset)
    }
    seen.add(decoded.name)
    return decoded
  })
}
