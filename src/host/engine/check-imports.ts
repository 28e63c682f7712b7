import { AppError } from '../../core/errors.js'
import type { World } from '../../wit/model.js'
import { explainImports } from './explain-imports.js'

/** Throws AppError COMPONENT_IMPORTS_MISSING where a component has imports that nothing can satisfy; names them all. */
export function checkImports(componentId: string, world: World): void {
  const reasons = explainImports(world).flatMap((one) =>
    one.kind === 'unsatisfiable' ? `${one.name}: ${one.reason}` : [],
  )
  if (reasons.length === 0) return
  throw new AppError(
    'COMPONENT_IMPORTS_MISSING',
    `Cannot start component "${componentId}": nothing can satisfy its imports ${reasons.join('; ')}`,
    { hint: 'Build the component against versions that washi serves, or remove the imports' },
  )
}
