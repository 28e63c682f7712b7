import { AppError, messageOf } from '../../../core/errors.js'
import type { ComponentImports, ComponentInstance, InstanceOptions } from './component-instance.js'
import { compileFactory, type InstanceFactory } from './instance-factory.js'
import { linkImports } from './link-imports.js'
import type { PreparedComponent } from './prepared-component.js'

/**
 * Instantiates a prepared component. Throws AppError COMPONENT_IMPORTS_MISSING that lists everything which `imports`
 * lacks, COMPONENT_INVALID where its parts do not fit, and what guest code throws while it starts. `imports` is read
 * once: later changes of that object are not seen.
 */
export function createInstance(
  prepared: PreparedComponent,
  imports: ComponentImports,
  options: InstanceOptions = {},
): ComponentInstance {
  const { factory, links } = memoOf(prepared)
  const known = links.get(imports)
  const values =
    known && known.onMissing === options.onMissing
      ? known.values
      : linkImports(prepared.bindings, imports, options)
  if (known?.values !== values) links.set(imports, { onMissing: options.onMissing, values })
  try {
    const { exports, reset } = factory(prepared.modules, values, prepared.snapshot)
    return { exports, reset }
  } catch (cause) {
    if (!(cause instanceof WebAssembly.LinkError || cause instanceof TypeError)) throw cause
    throw new AppError('COMPONENT_INVALID', `Cannot instantiate component: ${messageOf(cause)}`, { cause })
  }
}

interface Memo {
  readonly factory: InstanceFactory
  readonly links: WeakMap<
    ComponentImports,
    { readonly onMissing: InstanceOptions['onMissing']; readonly values: unknown[] }
  >
}

/** What need not be done again for further instances; forgotten with the component. */
const memos = new WeakMap<PreparedComponent, Memo>()

function memoOf(prepared: PreparedComponent): Memo {
  const known = memos.get(prepared)
  if (known) return known
  const memo = { factory: compileFactory(prepared.source), links: new WeakMap() }
  memos.set(prepared, memo)
  return memo
}
