import { compileFunction } from 'node:vm'
import { AppError } from '../../../core/errors.js'
import type { World } from '../../../wit/model.js'
import type {
  ComponentImports,
  ComponentInstance,
  ExportedInterface,
  GuestFunction,
  InstanceOptions,
} from '../linker/component-instance.js'
import { ComponentError } from '../linker/runtime/errors.js'
import { completeImports } from './complete-imports.js'
import type { JcoComponent } from './jco-component.js'

/** Makes instances of a transpiled component, each a new one: reset() returns false. */
export function createJcoInstantiate(
  component: JcoComponent,
  world: World,
): (imports: ComponentImports, options: InstanceOptions) => ComponentInstance {
  const instantiate = evaluate(component.source)
  const getModule = (name: string): WebAssembly.Module => requireModule(component, name)
  let linked: { readonly from: ComponentImports; readonly complete: ComponentImports } | undefined
  return (imports, options) => {
    if (linked?.from !== imports)
      linked = { from: imports, complete: completeImports(world, imports, options) }
    return { exports: wrapExports(instantiate(getModule, linked.complete)), reset: () => false }
  }
}

type JcoExports = Readonly<Record<string, object>>

type Instantiate = (getModule: (name: string) => WebAssembly.Module, imports: ComponentImports) => JcoExports

/**
 * The function that the module exports. With an instantiation function, jco's modules import nothing: they are turned into
 * the body of a function, which can be called at once and leaves no file behind.
 */
function evaluate(source: string): Instantiate {
  if (/^import\b/m.test(source)) {
    throw new AppError('COMPONENT_UNSUPPORTED', 'The JavaScript that jco made imports other modules', {
      hint: 'Install another version of jco, or start without --engine jco',
    })
  }
  const body = source.replace(/^export (?=function|const)/gm, '')
  const create = compileFunction(`'use strict'\n${body}\nreturn instantiate`, [], { filename: 'jco' })
  return create() as Instantiate
}

function requireModule({ modules }: JcoComponent, name: string): WebAssembly.Module {
  const module = modules[name]
  if (module === undefined) throw new Error(`jco asks for a core module that it did not make: ${name}`)
  return module
}

/** The same exports, whose functions throw the linker's ComponentError where they throw jco's. */
function wrapExports(exports: JcoExports): ComponentInstance['exports'] {
  const wrapped = new Map<object, ExportedInterface | GuestFunction>()
  for (const exported of new Set(Object.values(exports))) wrapped.set(exported, wrapExport(exported))
  return Object.fromEntries(
    Object.entries(exports).flatMap(([name, exported]) => {
      const found = wrapped.get(exported)
      return found === undefined ? [] : [[name, found]]
    }),
  )
}

function wrapExport(exported: object): ExportedInterface | GuestFunction {
  if (typeof exported === 'function') return wrapFunction(exported as GuestFunction)
  return Object.fromEntries(
    Object.entries(exported as ExportedInterface).map(([name, value]) =>
      // Classes of resources are in PascalCase.
      /^[A-Z]/.test(name) ? [name, value] : [name, wrapFunction(value)],
    ),
  )
}

/** The error of a result: older versions of jco throw an error with it, newer ones the value itself. Else what it is. */
function toComponentError(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return new ComponentError(thrown)
  const hasPayload = Object.hasOwn(thrown, 'payload')
  return hasPayload ? new ComponentError((thrown as Error & { readonly payload: unknown }).payload) : thrown
}

function wrapFunction(call: GuestFunction): GuestFunction {
  return (...args) => {
    try {
      return call(...args)
    } catch (thrown) {
      throw toComponentError(thrown)
    }
  }
}
