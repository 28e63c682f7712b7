import type { PreparedComponent, PrepareOptions } from './prepared-component.js'

/**
 * Decodes, links and compiles a component.
 * Throws AppError COMPONENT_INVALID or COMPONENT_UNSUPPORTED with the reason.
 */
export function prepareComponent(_bytes: Uint8Array, _options: PrepareOptions = {}): PreparedComponent {
  throw new Error('the linker is not there yet')
}
