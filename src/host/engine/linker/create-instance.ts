import type { ComponentImports, ComponentInstance, InstanceOptions } from './component-instance.js'
import type { PreparedComponent } from './prepared-component.js'

/**
 * Instantiates a prepared component. Throws AppError COMPONENT_IMPORTS_MISSING that lists every function which
 * `imports` lacks, and what guest code throws while it starts.
 */
export function createInstance(
  _prepared: PreparedComponent,
  _imports: ComponentImports,
  _options: InstanceOptions = {},
): ComponentInstance {
  throw new Error('the linker is not there yet')
}
