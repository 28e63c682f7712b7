import type { Definition } from './definitions.js'
import { decodeCanon } from './decode-canon.js'
import { decodeCoreType } from './decode-core-type.js'
import { decodeExtern, decodeExternName, decodeExternType } from './decode-extern.js'
import { decodeCoreInstance, decodeExportTarget, decodeInstance } from './decode-instance.js'
import { decodeAlias } from './decode-sort.js'
import { decodeType } from './decode-type.js'
import { invalidComponent, unsupportedComponent } from './invalid-component.js'
import { checkPreamble, preambleBytes } from './preamble.js'
import { hex, Reader } from './reader.js'
import { Scope } from './scope.js'

/** Components and core modules are at most this many, nested ones included: the limit of wasmtime. */
const maxModules = 1000

/**
 * Decodes a component. Every name, index and count is checked; what the definitions mean together is for
 * resolveComponent() to check. Throws COMPONENT_INVALID, with the offset, for anything else than a component that
 * washi runs. Costs no more time and memory than the length of the bytes.
 */
export function decodeComponent(bytes: Uint8Array): readonly Definition[] {
  checkPreamble(bytes)
  const reader = new Reader(bytes, preambleBytes)
  return decodeBody(reader, new Scope('component', undefined, 0), { modules: 0 })
}

/** What is counted over the whole binary. */
interface Totals {
  modules: number
}

function decodeBody(reader: Reader, scope: Scope, totals: Totals): Definition[] {
  const definitions: Definition[] = []
  while (!reader.isAtEnd) {
    const { offset } = reader
    reader.countItems(1, offset)
    const id = reader.byte()
    const section = reader.slice(reader.u32(), `the section ${id} at ${offset}`)
    decodeSection(id, section, { scope, totals, definitions, offset })
    if (!section.isAtEnd) {
      throw invalidComponent(`the section that starts at ${offset} holds more than it says,`, section.offset)
    }
  }
  return definitions
}

interface Body {
  readonly scope: Scope
  readonly totals: Totals
  readonly definitions: Definition[]
  /** Where the section begins. */
  readonly offset: number
}

function decodeSection(id: number, reader: Reader, body: Body): void {
  const { scope, definitions } = body
  const each = (item: () => Definition): void => {
    for (const definition of reader.vector(item)) definitions.push(definition)
  }
  switch (id) {
    case 0:
      definitions.push(decodeCustom(reader, body.offset))
      break
    case 1:
      definitions.push(decodeModule(reader, body))
      break
    case 2:
      each(() => decodeCoreInstance(reader, scope))
      break
    case 3:
      each(() => decodeCoreTypeDefinition(reader, scope))
      break
    case 4:
      definitions.push(decodeNested(reader, body))
      break
    case 5:
      each(() => decodeInstance(reader, scope))
      break
    case 6:
      each(() => decodeAliasDefinition(reader, scope))
      break
    case 7:
      each(() => decodeTypeDefinition(reader, scope))
      break
    case 8:
      each(() => ({ offset: reader.offset, ...decodeCanon(reader, scope) }))
      break
    case 9:
      throw unsupportedComponent('component start functions are', body.offset)
    case 10:
      each(() => ({ offset: reader.offset, kind: 'import', ...decodeExtern(reader, scope, 'import') }))
      break
    case 11:
      each(() => decodeExport(reader, scope))
      break
    case 12:
      throw unsupportedComponent('component values are', body.offset)
    default:
      throw invalidComponent(`${hex(id)} is no section of a component`, body.offset)
  }
}

function decodeCustom(reader: Reader, offset: number): Definition {
  const name = reader.string()
  const start = reader.offset
  reader.skip(reader.end - start)
  return { offset, kind: 'custom', name, start, end: reader.end }
}

function decodeModule(reader: Reader, body: Body): Definition {
  count(body)
  const start = reader.offset
  const [magic, version] = [
    [0x00, 0x61, 0x73, 0x6d],
    [0x01, 0x00, 0x00, 0x00],
  ]
  for (const expected of magic) reader.expect(expected, 'a core module')
  for (const expected of version) reader.expect(expected, 'the version of a core module')
  reader.skip(reader.end - reader.offset)
  body.scope.define('core-module')
  return { offset: body.offset, kind: 'core-module', start, end: reader.end }
}

function decodeNested(reader: Reader, body: Body): Definition {
  count(body)
  const start = reader.offset
  checkPreamble(reader.bytes.subarray(start, Math.min(start + preambleBytes, reader.end)))
  reader.skip(preambleBytes)
  const definitions = decodeBody(reader, new Scope('component', body.scope, start), body.totals)
  body.scope.define('component')
  return { offset: body.offset, kind: 'component', definitions }
}

function count({ totals, offset }: Body): void {
  totals.modules++
  if (totals.modules > maxModules) {
    throw invalidComponent(`there are more than ${maxModules} modules and components`, offset)
  }
}

function decodeCoreTypeDefinition(reader: Reader, scope: Scope): Definition {
  const { offset } = reader
  const type = decodeCoreType(reader, scope)
  scope.define('core-type')
  return { offset, kind: 'core-type', type }
}

function decodeAliasDefinition(reader: Reader, scope: Scope): Definition {
  const { offset } = reader
  const alias = decodeAlias(reader, scope)
  scope.define(alias.sort)
  return { offset, ...alias }
}

function decodeTypeDefinition(reader: Reader, scope: Scope): Definition {
  const { offset } = reader
  const type = decodeType(reader, scope)
  scope.define('type')
  return { offset, kind: 'type', type }
}

function decodeExport(reader: Reader, scope: Scope): Definition {
  const { offset } = reader
  const name = decodeExternName(reader)
  const target = decodeExportTarget(reader, scope)
  const type = reader.optional(() => decodeExternType(reader, scope))
  if (type && type.sort !== target.sort) {
    throw invalidComponent('the type of an export does not fit what it exports', offset)
  }
  scope.name('export', name, target.sort, offset)
  scope.define(target.sort)
  return { offset, kind: 'export', name, target, type }
}
