import { camelLabel } from '../labels.js'
import type { ValueType } from '../model.js'

/** Types nested deeper than this are refused: no real interface has them, and each level costs stack. */
const maxDepth = 100

/**
 * Collects the functions of a generated codec. Data such as names of cases comes in as `constants`, so that nothing of a
 * binary stands in the source but field names, which are checked.
 */
export class SourceWriter {
  readonly constants: unknown[] = []
  readonly #functions: string[] = []
  readonly #names = new Map<ValueType, string>()
  #lines: string[] = []
  #nextName = 0
  #depth = 0

  /** The name of a constant that holds the value. */
  constant(value: unknown): string {
    return `constants[${this.constants.push(value) - 1}]`
  }

  /** A name that nothing else has. */
  name(): string {
    return `v${this.#nextName++}`
  }

  line(text: string): void {
    this.#lines.push(text)
  }

  /**
   * The name of the function of that type, which `write` fills; made once for each type, unless it depends on where the
   * type is (`isShared` false). Throws RangeError for types nested too deeply.
   */
  functionOf(
    type: ValueType,
    { params, isShared = true }: { readonly params: string; readonly isShared?: boolean },
    write: () => void,
  ): string {
    const known = isShared ? this.#names.get(type) : undefined
    if (known !== undefined) return known
    if (this.#depth === maxDepth) throw new RangeError(`A type is nested deeper than ${maxDepth} levels`)
    const name = `f${this.#nextName++}`
    if (isShared) this.#names.set(type, name)
    this.#function(name, params, write)
    return name
  }

  /** The whole source: `write` fills the function that it returns. */
  finish(params: string, write: () => void): string {
    this.#function('whole', params, write)
    return `'use strict'\n${this.#functions.join('\n')}\nreturn whole`
  }

  #function(name: string, params: string, write: () => void): void {
    const outer = this.#lines
    this.#lines = []
    this.#depth += 1
    write()
    this.#depth -= 1
    this.#functions.push(`function ${name}(${params}) {\n${this.#lines.join('\n')}\n}`)
    this.#lines = outer
  }
}

/** The property of a field in JavaScript, as it is written after a value. */
export function property(label: string): string {
  return `.${fieldKey(label)}`
}

/** The key of a field in an object literal. Throws for what is no label: it would become code. */
export function fieldKey(label: string): string {
  const name = camelLabel(label)
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) throw new RangeError(`${JSON.stringify(label)} is no field name`)
  return name
}
