import type { ValueType, VariantCase } from '../model.js'
import { casesOf, isNullable, isNumberKind, partsOf, typedArrays } from '../type-traits.js'
import { hasAsyncPaths } from './async-paths.js'
import type { GeneratedSource } from './generate-encoder.js'
import { minBytesOf } from './min-bytes.js'
import { fieldKey, SourceWriter } from './source-writer.js'

/** Generates a function (reader, handles) that reads the values of a tuple into an array. */
export function generateDecoder(types: readonly ValueType[]): GeneratedSource {
  const out = new SourceWriter()
  const source = out.finish('r, handles', () => {
    const names = types.map((type, index) => decode(out, { type, path: String(index) }))
    out.line(`return [${names.join(', ')}]`)
  })
  return { source, constants: out.constants }
}

/** A type and the index path that leads there; undefined within a list or a function of its own, where paths end. */
interface Spot {
  readonly type: ValueType
  readonly path: string | undefined
}

/** Generates the reading of a value; returns the name that holds it. */
function decode(out: SourceWriter, { type, path }: Spot): string {
  const name = out.name()
  out.line(`const ${name} = ${expression(out, { type, path })}`)
  return name
}

function expression(out: SourceWriter, { type, path }: Spot): string {
  switch (type.kind) {
    case 'u8':
      return 'r.byte()'
    case 's8':
      return 'r.byte() << 24 >> 24'
    case 'own':
    case 'borrow':
      return `handles.fromBytes(r.blob(), ${out.constant(type.resource)})`
    case 'stream':
    case 'future':
      return `readAsync(r, ${out.constant({ type, path })}, ${readyReader(out, type)}, handles)`
    case 'record':
    case 'tuple':
    case 'variant':
    case 'option':
    case 'result':
    case 'enum':
    case 'flags':
    case 'list':
      return `${functionOf(out, type, path)}(r, handles)`
    default:
      return `r.${type.kind}()`
  }
}

type Of<Kind extends ValueType['kind']> = Extract<ValueType, { readonly kind: Kind }>
type Compound = Of<'record' | 'tuple' | 'variant' | 'option' | 'result' | 'enum' | 'flags' | 'list'>

function functionOf(out: SourceWriter, type: Compound, path: string | undefined): string {
  // Where an asynchronous value is within the whole goes into the code.
  const isShared = path === undefined || !hasAsyncPaths(type)
  return out.functionOf(type, { params: 'r, handles', isShared }, () => {
    switch (type.kind) {
      case 'record':
      case 'tuple':
        return decodeParts(out, type, path)
      case 'flags':
        return decodeFlags(out, type.names)
      case 'list':
        return decodeList(out, type)
      case 'enum':
        return out.line(`return ${out.constant(type.names)}[r.discriminant(${type.names.length})]`)
      default:
        return decodeCases(out, type, path)
    }
  })
}

function decodeParts(out: SourceWriter, type: Of<'record' | 'tuple'>, path: string | undefined): void {
  const names = (partsOf(type) ?? []).map((part, index) =>
    decode(out, { type: part, path: path === undefined ? undefined : `${path}.${index}` }),
  )
  if (type.kind === 'tuple') return out.line(`return [${names.join(', ')}]`)
  const fields = type.fields.map(({ name }, index) => `${fieldKey(name)}: ${names[index]}`)
  out.line(`return { ${fields.join(', ')} }`)
}

function decodeFlags(out: SourceWriter, names: readonly string[]): void {
  const fields: string[] = []
  for (let start = 0; start < names.length; start += 8) {
    const part = names.slice(start, start + 8)
    const bits = out.name()
    out.line(`const ${bits} = r.flagBits(${2 ** part.length - 1})`)
    fields.push(...part.map((name, bit) => `${fieldKey(name)}: (${bits} & ${1 << bit}) !== 0`))
  }
  out.line(`return { ${fields.join(', ')} }`)
}

function decodeList(out: SourceWriter, { element, length }: Of<'list'>): void {
  const least = minBytesOf(element)
  out.line(`const count = r.${length === undefined ? 'count(' : `fixedCount(${length}, `}${least})`)
  if (element.kind === 'u8') return out.line('return r.byteList(count)')
  if (element.kind === 's8') return out.line('return new Int8Array(r.raw(count).buffer)')
  if (isNumberKind(element.kind)) {
    const array = typedArrays[element.kind]
    if (element.kind === 'f32' || element.kind === 'f64') {
      return out.line(`return new ${array.name}(r.raw(count * ${array.BYTES_PER_ELEMENT}).buffer)`)
    }
    out.line(`const list = new ${array.name}(count)`)
    const isWide = element.kind === 'u64' || element.kind === 's64'
    out.line(isWide ? 'r.wideIntegers(list)' : `r.integers(list, ${out.constant(element.kind)})`)
    return out.line('return list')
  }
  out.line('const list = []')
  out.line('for (let index = 0; index < count; index++) {')
  out.line(`list.push(${expression(out, { type: element, path: undefined })})`)
  out.line('}\nreturn list')
}

function decodeCases(
  out: SourceWriter,
  type: Of<'variant' | 'option' | 'result'>,
  path: string | undefined,
): void {
  const cases = casesOf(type) ?? []
  out.line(`switch (r.discriminant(${cases.length})) {`)
  for (const [index, entry] of cases.entries()) {
    out.line(`case ${index}: {`)
    // Variants, options and results add nothing to the path of what is in them.
    const payload = entry.type ? decode(out, { type: entry.type, path }) : undefined
    out.line(`return ${caseValue(out, { type, entry, payload })}`)
    out.line('}')
  }
  out.line('}')
}

function caseValue(
  out: SourceWriter,
  {
    type,
    entry,
    payload,
  }: {
    readonly type: Of<'variant' | 'option' | 'result'>
    readonly entry: VariantCase
    readonly payload: string | undefined
  },
): string {
  if (isNullable(type)) return payload ?? 'undefined'
  const tag = out.constant(entry.name)
  if (payload === undefined && type.kind !== 'result') return `{ tag: ${tag} }`
  return `{ tag: ${tag}, val: ${payload ?? 'undefined'} }`
}

/** How a stream or future that comes complete in place is read: the elements of a list, or one value. */
function readyReader(out: SourceWriter, { element }: Of<'stream' | 'future'>): string {
  if (!element) return '() => undefined'
  return `(r, handles) => ${expression(out, { type: element, path: undefined })}`
}
