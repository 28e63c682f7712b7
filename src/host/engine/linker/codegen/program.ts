import type { CoreFunction, CoreInstance, ResolvedComponent } from '../../../../component/resolve/program.js'
import { AppError } from '../../../../core/errors.js'
import type { LinkPlan } from '../bypass-shims.js'
import type { ScannedModule } from '../core-module/core-module.js'
import type { HostBinding } from '../prepared-component.js'
import { NameCounter, type GlobalPrefix } from './names.js'

/** What code is generated from. */
export interface ProgramInput {
  readonly component: ResolvedComponent
  readonly plan: LinkPlan
  /** The core modules, in the order of the component. */
  readonly scans: readonly ScannedModule[]
  /** Generates a core function that the linker makes; returns its name. */
  readonly coreFunction: (program: Program, source: CoreFunction) => string
}

/** Most characters of generated code: a hundred times what a large component takes. */
const maxSourceLength = 32_000_000

/** The code that is being generated for a component: its parts in the order in which they are printed. */
export class Program {
  readonly input: ProgramInput
  /** Shared by all instances. */
  readonly constants: string[] = []
  /** Variables of one instance. */
  readonly declarations: string[] = []
  readonly functions: string[] = []
  /** Statements to run once a core instance is there. */
  readonly afterInstance = new Map<CoreInstance, string[]>()
  /** Values that the host gives, in the order of the names `host0`, `host1` and so on. */
  readonly bindings: HostBinding[] = []
  readonly #names = new NameCounter<GlobalPrefix>()
  readonly #known = new Map<GlobalPrefix, Map<unknown, string>>()
  readonly #numbers = new Map<object, number>()
  #length = 0

  constructor(input: ProgramInput) {
    this.input = input
  }

  /** The name of what `key` stands for among things of one prefix; `define` generates it when it is first asked for. */
  once(prefix: GlobalPrefix, key: unknown, define: (name: string) => void): string {
    const known = this.#known.get(prefix) ?? new Map<unknown, string>()
    this.#known.set(prefix, known)
    const name = known.get(key)
    if (name !== undefined) return name
    const created = this.#names.next(prefix)
    known.set(key, created)
    define(created)
    return created
  }

  /** Whether `key` has a name among things of one prefix. */
  has(prefix: GlobalPrefix, key: unknown): boolean {
    return this.#known.get(prefix)?.has(key) === true
  }

  /** A number for an object, the same whenever it is asked for. */
  numberOf(object: object): number {
    const number = this.#numbers.get(object) ?? this.#numbers.size
    this.#numbers.set(object, number)
    return number
  }

  /** The names made so far with one prefix. */
  namesOf(prefix: GlobalPrefix): string[] {
    return [...(this.#known.get(prefix)?.values() ?? [])]
  }

  /** A constant of all instances. */
  constant(expression: string): string {
    return this.once('constant', expression, (name) => this.constants.push(`const ${name} = ${expression}`))
  }

  /** A variable of one instance. */
  declare(statement: string): void {
    this.declarations.push(statement)
  }

  /** A function of one instance. */
  define(name: string, source: string): void {
    this.#length += source.length
    if (this.#length > maxSourceLength) {
      throw new AppError('COMPONENT_UNSUPPORTED', 'Cannot link component: its types take too much code')
    }
    this.functions.push(`const ${name} = ${source}`)
  }

  /** The value that the host gives for a binding; `identity` tells bindings apart. */
  host(identity: string, binding: HostBinding): string {
    return this.once('host', identity, () => this.bindings.push(binding))
  }
}
