import { createJcoInstantiate } from './jco/instantiate-jco.js'
import type { ComponentImports, ComponentInstance, InstanceOptions } from './linker/component-instance.js'
import { createInstance } from './linker/create-instance.js'
import type { PreparedGuest } from './prepared-guest.js'

/** Creates an instance; throws what guest code throws while it starts. */
export type InstantiateGuest = (imports: ComponentImports, options: InstanceOptions) => ComponentInstance

/** What makes instances of a prepared component in the thread that calls it. */
export function createInstantiateGuest({ world, code }: PreparedGuest): InstantiateGuest {
  switch (code.kind) {
    case 'washi':
      return (imports, options) => createInstance(code.component, imports, options)
    case 'jco':
      return createJcoInstantiate(code.component, world)
    default:
      return code satisfies never
  }
}
