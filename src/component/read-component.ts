import { AppError } from '../core/errors.js'
import { type ComponentDescription, describeComponent } from './describe-component.js'
import { loadComponent, type LoadComponentOptions } from './references/load-component.js'

/** A component from a file. */
export interface ReadComponent extends ComponentDescription {
  readonly bytes: Uint8Array
}

/**
 * Reads and describes the component in a file. Throws COMPONENT_NOT_FOUND for what cannot be read and COMPONENT_INVALID
 * for what is no component, both with the file named.
 */
export async function readComponent(
  file: string,
  options: LoadComponentOptions = {},
): Promise<ReadComponent> {
  const bytes = await loadComponent(`file://${file}`, options)
  try {
    return { bytes, ...describeComponent(bytes) }
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    const message = cause.message.replace(/^Cannot read component/, `Cannot read component "${file}"`)
    throw new AppError(cause.code, message, { hint: cause.hint, place: { file }, cause: cause.cause })
  }
}
