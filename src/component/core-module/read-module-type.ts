import { decodeCoreFunctionType } from '../binary/decode-core-type.js'
import {
  decodeCoreExtern,
  decodeGlobalType,
  decodeMemoryType,
  decodeTableType,
} from '../binary/decode-core-extern.js'
import type { CoreFunctionType } from '../binary/definitions.js'
import { invalidComponent, quote } from '../binary/invalid-component.js'
import { Reader } from '../binary/reader.js'
import { coreImportKey, type CoreExtern, type CoreImportType, type ModuleType } from '../validate/types.js'
import { skipConstantExpression } from './constant-expression.js'

/** Bytes of the magic number and version of a core module. */
const preambleBytes = 8

/** Ids of sections, in the order in which they come; custom ones come anywhere. */
const sectionOrder: readonly number[] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11]

/** Ids of the sections that are read to their end. */
const readIds: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 13])

const externKinds = ['function', 'table', 'memory', 'global', 'tag'] as const

/**
 * Reads what a core module imports and exports, with types. Its code is left to V8, and so is what this reader does
 * not understand, of newer proposals: its exports are undefined then. Throws COMPONENT_INVALID for sections that do
 * not fit and imports that are there twice.
 */
export function readModuleType(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
): ModuleType {
  const sections = readSections(new Reader(bytes, start, end))
  const contents: Contents = {
    types: [],
    imports: [],
    function: [],
    table: [],
    memory: [],
    global: [],
    tag: [],
  }
  const exports = new Map<string, CoreExtern>()
  let isUnderstood = true
  for (const { id, reader } of sections) {
    // V8 does not look at the names of custom sections.
    if (id === 0) reader.string()
    try {
      readSection(id, reader, contents, exports)
    } catch {
      // Nothing is lost: V8 refuses what is invalid.
      isUnderstood = false
      continue
    }
    if (readIds.has(id) && !reader.isAtEnd) {
      throw invalidComponent('a section of a core module holds more than it says,', reader.offset)
    }
  }
  const imports = new Map<string, CoreImportType>()
  for (const entry of contents.imports) {
    const key = coreImportKey(entry.module, entry.name)
    if (imports.has(key)) {
      throw invalidComponent(
        `a core module imports ${quote(entry.name)} of ${quote(entry.module)} twice,`,
        start,
      )
    }
    imports.set(key, entry)
  }
  const size = 1 + imports.size + exports.size
  return { imports, exports: isUnderstood ? exports : undefined, size }
}

interface Section {
  readonly id: number
  readonly reader: Reader
}

function readSections(reader: Reader): readonly Section[] {
  const sections: Section[] = []
  reader.skip(preambleBytes)
  let last = -1
  while (!reader.isAtEnd) {
    const { offset } = reader
    const id = reader.byte()
    const place = id === 0 ? last : sectionOrder.indexOf(id)
    if (id !== 0 && place <= last) {
      throw invalidComponent('the sections of a core module are out of order', offset)
    }
    last = place
    const size = reader.u32()
    sections.push({ id, reader: new Reader(reader.bytes, reader.offset, reader.offset + size) })
    reader.skip(size)
  }
  return sections
}

/** What a module has so far, imported things first. */
interface Contents {
  types: readonly (CoreFunctionType | undefined)[]
  readonly imports: CoreImportType[]
  readonly function: CoreExtern[]
  readonly table: CoreExtern[]
  readonly memory: CoreExtern[]
  readonly global: CoreExtern[]
  readonly tag: CoreExtern[]
}

function readSection(id: number, reader: Reader, contents: Contents, exports: Map<string, CoreExtern>): void {
  switch (id) {
    case 1:
      contents.types = reader.vector(() => {
        reader.expect(0x60, 'a core function type')
        return decodeCoreFunctionType(reader)
      })
      break
    case 2:
      reader.vector(() => readImport(reader, contents))
      break
    case 3:
      readFunctions(reader, contents)
      break
    case 4:
      reader.vector(() => contents.table.push(decodeTableType(reader)))
      break
    case 5:
      reader.vector(() => contents.memory.push(decodeMemoryType(reader)))
      break
    case 6:
      reader.vector(() => {
        contents.global.push(decodeGlobalType(reader))
        skipConstantExpression(reader)
      })
      break
    case 7:
      reader.vector(() => readExport(reader, contents, exports))
      break
    case 13:
      reader.vector(() => {
        reader.expect(0x00, 'a tag')
        contents.tag.push({ kind: 'tag', type: contents.types[reader.u32()] })
      })
      break
    default: // Start function, elements, code and data say nothing of the type.
  }
}

function readFunctions(reader: Reader, { types, function: functions }: Contents): void {
  const externs = types.map((type): CoreExtern => ({ kind: 'function', type }))
  for (let count = reader.u32(); count > 0; count--) {
    functions.push(externs[reader.u32()] ?? { kind: 'function', type: undefined })
  }
}

function readImport(reader: Reader, contents: Contents): void {
  const [module, name] = [reader.string(), reader.string()]
  const definition = decodeCoreExtern(reader)
  const type: CoreExtern =
    definition.kind === 'function' || definition.kind === 'tag'
      ? { kind: definition.kind, type: contents.types[definition.type] }
      : definition
  contents[type.kind].push(type)
  contents.imports.push({ module, name, type })
}

function readExport(reader: Reader, contents: Contents, exports: Map<string, CoreExtern>): void {
  const name = reader.string()
  const { offset } = reader
  const kind = externKinds[reader.byte()]
  const type = kind && contents[kind][reader.u32()]
  if (!type) throw invalidComponent(`the core export ${quote(name)} is of nothing that is there`, offset)
  exports.set(name, type)
}
