import type { LiftedFunction, ResolvedType } from '../../../../component/resolve/program.js'
import {
  casesOf,
  holdsHandle,
  layoutOf,
  maxFlatParams,
  sequenceLayout,
  type FlatType,
} from '../abi/layout.js'
import { functionName } from './core-items.js'
import { FunctionWriter } from './function-writer.js'
import { liftPayload, liftValue } from './lift-value.js'
import { lowerValue, zeroOf } from './lower-value.js'
import { allocatorOf, handlesOf, memoryOf, runningOf, stateOf } from './memories.js'
import { discriminantOf, partPlaces, readInteger, type Place } from './place.js'
import type { Program } from './program.js'
import type { ValueContext } from './value-context.js'

/** How the error side of a result comes back: thrown as a ComponentError, or as the value that it is. */
export type ResultMode = 'throws' | 'tagged'

/** The JavaScript function of a lifted core function; returns its name. */
export function liftedFunction(program: Program, lifted: LiftedFunction, mode: ResultMode): string {
  return program.once('lift', `${program.numberOf(lifted)} ${mode}`, (name) => {
    program.define(name, new LiftWriter(program, lifted).write(mode))
  })
}

class LiftWriter {
  readonly #program: Program
  readonly #lifted: LiftedFunction
  readonly #code = new FunctionWriter()
  readonly #context: ValueContext
  readonly #state: string
  readonly #resultFlat: readonly FlatType[]
  /** Set where the host calls. */
  #running: string | undefined

  constructor(program: Program, lifted: LiftedFunction) {
    const { options, type } = lifted
    this.#program = program
    this.#lifted = lifted
    this.#context = { program, options, code: this.#code }
    this.#state = stateOf(program, options.component)
    this.#resultFlat = type.result ? layoutOf(type.result).flat : []
  }

  write(mode: ResultMode): string {
    const code = this.#code
    const { params, result } = this.#lifted.type
    const args = params.map(() => code.local('arg'))
    this.#enter(mode)
    const flat = this.#lowerParams(
      params.map(({ type }) => type),
      args,
    )
    this.#call(flat)
    if (params.some(({ type }) => holdsHandle(type, 'borrow'))) {
      code.line(
        `if (${handlesOf(this.#program, this.#lifted.options.component)}.borrows !== 0) $borrowsRemain()`,
      )
    }
    if (!result) this.#leave()
    else if (result.kind === 'result' && mode === 'throws')
      this.#returnOrThrow(result, this.#resultPlace(result))
    else this.#return(liftValue(this.#context, result, this.#resultPlace(result)))
    return code.arrow(args)
  }

  /** Where the component has one instance only, its own state says it all. */
  #enter(mode: ResultMode): void {
    const isOnlyOne = this.#program.input.component.componentCount === 1
    if (mode === 'throws' && !isOnlyOne) {
      this.#running = runningOf(this.#program)
      this.#code.line(`if (${this.#running} !== 0) $cannotEnter()`)
      this.#code.line(`${this.#running} = 1`)
    }
    this.#code.line(`if (${this.#state} !== 0) $cannotEnter()`)
    this.#code.line(`${this.#state} = 1`)
  }

  /** Puts the arguments where the guest expects them; returns the names of the core values. */
  #lowerParams(types: readonly ResolvedType[], args: readonly string[]): readonly string[] {
    const code = this.#code
    const layout = sequenceLayout(types)
    const isIndirect = layout.flat.length > maxFlatParams
    const slots = isIndirect ? [] : layout.flat.map(() => code.local('flat'))
    if (slots.length > 0) {
      code.line(
        `let ${slots.map((name, index) => `${name} = ${zeroOf(layout.flat[index] ?? 'i32')}`).join(', ')}`,
      )
    }
    const place: Place = isIndirect
      ? this.#inMemory(this.#allocate(layout.size, layout.alignment))
      : { kind: 'flat', slots }
    const places = partPlaces(types, place)
    for (const [index, type] of types.entries()) {
      lowerValue(this.#context, type, args[index] ?? '', places[index] ?? place)
    }
    return place.kind === 'memory' ? [place.base] : slots
  }

  #allocate(size: number, alignment: number): string {
    return this.#code.hoist(
      'pointer',
      `${allocatorOf(this.#program, this.#lifted.options)}(${size}, ${alignment})`,
    )
  }

  #inMemory(base: string): Place {
    return { kind: 'memory', memory: memoryOf(this.#program, this.#lifted.options), base, offset: 0 }
  }

  #call(flat: readonly string[]): void {
    const { core, type } = this.#lifted
    const params = sequenceLayout(type.params.map((param) => param.type)).flat
    const callee = functionName(this.#program, core, {
      what: 'an exported function',
      params: params.length > maxFlatParams ? ['i32'] : params,
      results: this.#coreResults(),
    })
    const call = `${callee}(${flat.join(', ')})`
    this.#code.line(type.result ? `const coreResult = ${call}` : call)
  }

  /** More than one core value comes back in memory. */
  #coreResults(): readonly FlatType[] {
    return this.#resultFlat.length > 1 ? ['i32'] : this.#resultFlat
  }

  #resultPlace(result: ResolvedType): Place {
    if (this.#resultFlat.length <= 1) return { kind: 'flat', slots: ['coreResult'] }
    const { size, alignment } = layoutOf(result)
    const memory = memoryOf(this.#program, this.#lifted.options)
    this.#code.line(memory.refresh)
    this.#code.line('const address = coreResult >>> 0')
    const misaligned = alignment > 1 ? `(address & ${alignment - 1}) !== 0 || ` : ''
    this.#code.line(`if (${misaligned}address + ${size} > ${memory.bytes}.length) $badPointer()`)
    return { kind: 'memory', memory, base: 'address', offset: 0 }
  }

  #returnOrThrow(type: Extract<ResolvedType, { readonly kind: 'result' }>, place: Place): void {
    const code = this.#code
    const cases = casesOf(type) ?? []
    code.open(`switch (${readInteger(place, discriminantOf(cases))}) {`)
    for (const [index, entry] of cases.entries()) {
      code.open(`case ${index}: {`)
      const payload = liftPayload(this.#context, { type, cases, entry, place })
      if (index === 0) this.#return(payload ?? 'undefined')
      else this.#throw(payload ?? 'undefined')
      code.close()
    }
    code.line('default: $badDiscriminant()')
    code.close()
  }

  #return(value: string): void {
    const name = value === 'undefined' ? value : this.#code.hoist('value', value)
    this.#leave()
    this.#code.line(`return ${name}`)
  }

  #throw(payload: string): void {
    const name = payload === 'undefined' ? payload : this.#code.hoist('value', payload)
    this.#leave()
    this.#code.line(`throw new $ComponentError(${name})`)
  }

  /** Ends the call: the guest may free what it returned, and may be entered again. */
  #leave(): void {
    const { postReturn } = this.#lifted.options
    if (postReturn) {
      const params = this.#coreResults()
      const callee = functionName(this.#program, postReturn, {
        what: 'a post-return function',
        params,
        results: [],
      })
      this.#code.line(`${this.#state} = 2`)
      this.#code.line(`${callee}(${params.length > 0 ? 'coreResult' : ''})`)
    }
    this.#code.line(`${this.#state} = 0`)
    if (this.#running !== undefined) this.#code.line(`${this.#running} = 0`)
  }
}
