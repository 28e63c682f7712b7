import { invalidComponent } from '../binary/invalid-component.js'
import type { Frame } from './frame.js'
import { freeResources } from './free-resources.js'
import type { ComponentType, InstanceType, Path, Resource } from './types.js'

/** The type of a component, or of what a component type declares, once all of it is there. */
export function finishComponent(frame: Frame, offset: number): ComponentType {
  const { externs, ownResources, importedResources, paths, size } = frame
  const charge = { budget: frame.budget, offset }
  frame.budget.spendOnResources(ownResources.size, offset)
  const inImports = freeResources(externs.import.values(), charge)
  const inExports = freeResources(externs.export.values(), charge)
  const shown = new Map<Resource, Path>()
  for (const resource of ownResources.keys()) {
    if (inImports.has(resource)) {
      throw invalidComponent('an import speaks of a resource of the component itself,', offset)
    }
    if (!inExports.has(resource)) continue
    const path = paths.get(resource)
    if (!path) {
      throw invalidComponent('an export speaks of a resource of the component that is not exported,', offset)
    }
    shown.set(resource, path)
  }
  return {
    kind: 'component',
    imports: externs.import,
    exports: externs.export,
    importedResources,
    ownResources: shown,
    paths,
    size,
  }
}

/** The instance type that its declarations, all of them in `frame`, make up. */
export function finishInstanceType({ externs, ownResources, paths, size }: Frame): InstanceType {
  return {
    kind: 'instance',
    exports: externs.export,
    ownResources: new Set(ownResources.keys()),
    paths,
    size,
  }
}
