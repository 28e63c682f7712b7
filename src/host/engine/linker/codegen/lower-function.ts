import type {
  CanonLower,
  CanonResource,
  ComponentInstanceId,
  CoreFunction,
  ResolvedType,
} from '../../../../component/resolve/program.js'
import { casesOf, holdsHandle, layoutOf, maxFlatParams, partsOf, sequenceLayout } from '../abi/layout.js'
import { FunctionWriter } from './function-writer.js'
import { hostCall } from './host-call.js'
import { liftedFunction } from './lift-function.js'
import { liftValue } from './lift-value.js'
import { lowerCase, lowerValue, zeroOf } from './lower-value.js'
import { handlesOf, memoryOf, stateOf } from './memories.js'
import { partPlaces, type Place } from './place.js'
import type { Program } from './program.js'
import { destructorOf } from './resources.js'
import type { ValueContext } from './value-context.js'

/** The JavaScript function that a core module imports for a lowered function or a resource built-in. */
export function coreFunction(program: Program, source: CoreFunction): string {
  return program.once('lower', source, (name) => {
    const code =
      source.kind === 'lower' ? new LowerWriter(program, source).write() : resourceFunction(program, source)
    program.define(name, code)
  })
}

function resourceFunction(program: Program, { kind, resource, component }: CanonResource): string {
  const table = handlesOf(program, component)
  const mayLeave = `if (${stateOf(program, component)} === 2) $cannotLeave()`
  const { id } = resource
  switch (kind) {
    case 'resource-new':
      return `(representation) => {\n  ${mayLeave}\n  return $addHandle(${table}, ${id * 2 + 1}, representation)\n}`
    case 'resource-rep':
      return `(handle) => $getHandle(${table}, ${id}, handle)`
    case 'resource-drop': {
      const isOwn = resource.kind === 'defined-resource' && resource.component === component
      if (!isOwn) return `(handle) => {\n  ${mayLeave}\n  $dropHandle(${table}, ${id}, handle)\n}`
      const destructor = destructorOf(program, resource)
      const drop = `$dropOwnHandle(${table}, ${id}, handle)`
      if (destructor === undefined) return `(handle) => {\n  ${mayLeave}\n  ${drop}\n}`
      return `(handle) => {\n  ${mayLeave}\n  if (${drop}) ${destructor}(${table}.dropped)\n}`
    }
    default:
      return kind satisfies never
  }
}

class LowerWriter {
  readonly #program: Program
  readonly #lower: CanonLower
  readonly #code = new FunctionWriter()
  readonly #context: ValueContext
  readonly #params: readonly ResolvedType[]
  readonly #result: ResolvedType | undefined

  constructor(program: Program, lower: CanonLower) {
    const { params, result } = lower.function.type
    this.#program = program
    this.#lower = lower
    this.#params = params.map(({ type }) => type)
    this.#result = result
    const holds = (kind: 'own' | 'borrow'): boolean => this.#params.some((type) => holdsHandle(type, kind))
    const lent = holds('own') && holds('borrow') ? this.#code.local('lent') : undefined
    this.#context = { program, options: lower.options, code: this.#code, lent }
  }

  write(): string {
    const code = this.#code
    const layout = sequenceLayout(this.#params)
    const isIndirect = layout.flat.length > maxFlatParams
    const slots = isIndirect ? ['address'] : layout.flat.map(() => code.local('arg'))
    code.line(`if (${stateOf(this.#program, this.#lower.options.component)} === 2) $cannotLeave()`)
    if (isIndirect || this.#returnsInMemory() || this.#params.some(pointsToMemory))
      code.line(this.#memory().refresh)
    if (this.#context.lent !== undefined) code.line(`const ${this.#context.lent} = []`)
    if (isIndirect) this.#checkPointer('address', layout)
    const place: Place = isIndirect
      ? { kind: 'memory', memory: this.#memory(), base: 'address', offset: 0 }
      : { kind: 'flat', slots }
    const places = partPlaces(this.#params, place)
    const args = this.#params.map((type, index) => liftValue(this.#context, type, places[index] ?? place))
    this.#callAndReturn(args)
    return code.arrow(this.#returnsInMemory() ? [...slots, 'resultAddress'] : slots)
  }

  #memory(): ReturnType<typeof memoryOf> {
    return memoryOf(this.#program, this.#lower.options)
  }

  #returnsInMemory(): boolean {
    return this.#result !== undefined && layoutOf(this.#result).flat.length > 1
  }

  #checkPointer(name: string, { size, alignment }: { size: number; alignment: number }): void {
    const misaligned = alignment > 1 ? `(${name} & ${alignment - 1}) !== 0 || ` : ''
    this.#code.line(`${name} >>>= 0`)
    this.#code.line(`if (${misaligned}${name} + ${size} > ${this.#memory().bytes}.length) $badPointer()`)
  }

  #callAndReturn(args: readonly string[]): void {
    const code = this.#code
    const callee = this.#lower.function
    const result = this.#result
    const isHost = callee.kind === 'import'
    if (result && this.#returnsInMemory()) this.#checkPointer('resultAddress', layoutOf(result))
    if (!isHost && this.#isRecursive(callee.options.component)) return code.line('$cannotEnter()')
    const call = isHost
      ? hostCall(this.#program, callee, args)
      : `${liftedFunction(this.#program, callee, 'tagged')}(${args.join(', ')})`
    if (!result) return code.line(call)
    if (isHost && result.kind === 'result') this.#lowerOutcome(call, result)
    else {
      code.line(`const outcome = ${call}`)
      this.#lowerResult(result, (place) => lowerValue(this.#context, result, 'outcome', place))
    }
  }

  /** A component may call neither itself nor those that it made, nor the one that made it. */
  #isRecursive(callee: ComponentInstanceId): boolean {
    const { parents } = this.#program.input.component
    const isWithin = (inner: ComponentInstanceId | undefined, outer: ComponentInstanceId): boolean =>
      inner !== undefined && (inner === outer || isWithin(parents[inner], outer))
    const caller = this.#lower.options.component
    return isWithin(caller, callee) || isWithin(callee, caller)
  }

  /** A host function of type result returns its ok side and throws its error side. */
  #lowerOutcome(call: string, type: Extract<ResolvedType, { readonly kind: 'result' }>): void {
    const code = this.#code
    const cases = casesOf(type) ?? []
    code.line('let isOk = true, outcome')
    code.open('try {')
    code.line(`outcome = ${call}`)
    code.close(' catch (error) {')
    code.line('outcome = $errorPayload(error)')
    code.line('isOk = false')
    code.close()
    this.#lowerResult(type, (place) => {
      code.open('if (isOk) {')
      lowerCase(this.#context, { type, cases, index: 0, payload: 'outcome', place })
      code.close(' else {')
      lowerCase(this.#context, { type, cases, index: 1, payload: 'outcome', place })
      code.close()
    })
  }

  #lowerResult(result: ResolvedType, lower: (place: Place) => void): void {
    const code = this.#code
    if (this.#returnsInMemory()) {
      code.line(this.#memory().refresh)
      return lower({ kind: 'memory', memory: this.#memory(), base: 'resultAddress', offset: 0 })
    }
    const slot = code.local('flat')
    code.line(`let ${slot} = ${zeroOf(layoutOf(result).flat[0] ?? 'i32')}`)
    lower({ kind: 'flat', slots: [slot] })
    code.line(`return ${slot}`)
  }
}

/** Whether core values of the type may point to memory. */
function pointsToMemory(type: ResolvedType): boolean {
  if (type.kind === 'string') return true
  if (type.kind === 'list') return type.length === undefined || pointsToMemory(type.element)
  const parts = partsOf(type) ?? casesOf(type)?.flatMap((entry) => entry.type ?? []) ?? []
  return parts.some(pointsToMemory)
}
