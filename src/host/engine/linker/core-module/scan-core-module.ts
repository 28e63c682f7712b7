import { Reader } from '../../../../component/binary/reader.js'
import { invalidComponent } from '../../../../component/binary/invalid-component.js'
import {
  externKinds,
  sectionId,
  type CoreFunctionType,
  type CoreImport,
  type CoreModuleExport,
  type CoreSection,
  type GlobalType,
  type MemoryLimits,
  type ScannedModule,
} from './core-module.js'
import { skipConstantExpression } from '../../../../component/core-module/constant-expression.js'

/** Bytes of the magic number and version. */
const preambleBytes = 8

/**
 * Reads what the linker must know of the core module at `start` to `end`. Contents that it does not understand are
 * listed in `unread`, for V8 to judge; throws COMPONENT_INVALID where the sections themselves do not fit.
 */
export function scanCoreModule(
  bytes: Uint8Array,
  { start, end }: { start: number; end: number },
): ScannedModule {
  const sections = readSections(new Reader(bytes, start, end))
  const unread: string[] = []
  const read = <Value>(
    name: keyof typeof sectionId,
    empty: Value,
    parse: (reader: Reader) => Value,
  ): Value => {
    const section = sections.find(({ id }) => id === sectionId[name])
    if (!section) return empty
    try {
      return parse(new Reader(bytes, section.body, section.end))
    } catch {
      // Nothing is lost: V8 refuses what is invalid, and what is only newer than this scanner merely bars resets.
      unread.push(name)
      return empty
    }
  }
  const imports = read('import', noImports, readImports)
  const definedTables = read('table', 0, (reader) => reader.u32())
  return {
    start,
    end,
    sections,
    types: read<readonly CoreFunctionType[] | undefined>('type', [], readTypes),
    imports: imports.list,
    functionTypes: read('function', [], (reader) => reader.vector(() => reader.u32())),
    tableCount: definedTables + imports.list.filter(({ kind }) => kind === 'table').length,
    memories: read('memory', [], (reader) => reader.vector(() => readMemoryLimits(reader))),
    globals: [...imports.globals, ...read('global', [], readGlobals)],
    exports: read('export', new Map<string, CoreModuleExport>(), readExports),
    unread,
  }
}

function readSections(reader: Reader): CoreSection[] {
  const sections: CoreSection[] = []
  reader.skip(preambleBytes)
  while (!reader.isAtEnd) {
    const start = reader.offset
    const id = reader.byte()
    const size = reader.u32()
    const body = reader.offset
    reader.skip(size)
    sections.push({ id, start, body, end: reader.offset })
  }
  return sections
}

function readTypes(reader: Reader): CoreFunctionType[] | undefined {
  const valueTypes = (): number[] => reader.vector(() => reader.byte())
  const types: CoreFunctionType[] = []
  for (let count = reader.u32(); count > 0; count--) {
    if (reader.byte() !== 0x60) return undefined
    types.push({ params: valueTypes(), results: valueTypes() })
  }
  return types
}

interface Imports {
  readonly list: readonly CoreImport[]
  readonly globals: readonly GlobalType[]
}

const noImports: Imports = { list: [], globals: [] }

function readImports(reader: Reader): Imports {
  const globals: GlobalType[] = []
  const list = reader.vector((): CoreImport => {
    const module = reader.string()
    const name = reader.string()
    const kind = readExternKind(reader)
    switch (kind) {
      case 'function':
        return { module, name, kind, type: reader.u32() }
      case 'table':
        readSimpleType(reader)
        readMemoryLimits(reader)
        break
      case 'memory':
        readMemoryLimits(reader)
        break
      case 'global':
        globals.push(readGlobalType(reader))
        break
      case 'tag':
        reader.byte()
        reader.u32()
        break
      default:
        kind satisfies never
    }
    return { module, name, kind }
  })
  return { list, globals }
}

function readExternKind(reader: Reader): CoreImport['kind'] {
  const { offset } = reader
  const kind = externKinds[reader.byte()]
  if (!kind) throw invalidComponent('a core import or export has an unknown kind', offset)
  return kind
}

function readMemoryLimits(reader: Reader): MemoryLimits {
  const flags = reader.byte()
  // A 64-bit memory has 64-bit limits; what they are does not matter, for it is refused.
  if (flags > 1) {
    reader.skipU64()
    if (flags & 1) reader.skipU64()
    if (flags & 8) reader.u32()
    return { minimum: 0, maximum: undefined, isExotic: true }
  }
  return { minimum: reader.u32(), maximum: flags === 1 ? reader.u32() : undefined, isExotic: false }
}

/** A value type of one byte. Typed references take more and are not understood. */
function readSimpleType(reader: Reader): number {
  const { offset } = reader
  const type = reader.byte()
  if (type === 0x63 || type === 0x64) throw invalidComponent('a typed reference is not understood', offset)
  return type
}

function readGlobalType(reader: Reader): GlobalType {
  return { type: readSimpleType(reader), isMutable: reader.byte() !== 0 }
}

function readGlobals(reader: Reader): GlobalType[] {
  return reader.vector(() => {
    const type = readGlobalType(reader)
    skipConstantExpression(reader)
    return type
  })
}

function readExports(reader: Reader): Map<string, CoreModuleExport> {
  return new Map(
    reader.vector((): [string, CoreModuleExport] => [
      reader.string(),
      { kind: readExternKind(reader), index: reader.u32() },
    ]),
  )
}
