import { AppError } from '../../core/errors.js'

/** The refusal of a component binary: what is wrong with it, and at which byte. */
export function invalidComponent(what: string, offset: number, hint?: string): AppError {
  return new AppError('COMPONENT_INVALID', `Cannot read component: ${what} at offset ${offset}`, { hint })
}

/** The refusal of something that may be valid but that washi does not run, by its name. */
export function unsupportedComponent(what: string, offset: number, hint?: string): AppError {
  return refusal(`${what} not supported,`, offset, hint)
}

/** The refusal of a component that may be valid but is not for running here, in a sentence of its own. */
export function unrunnableComponent(what: string, offset: number): AppError {
  return refusal(what, offset)
}

/** The refusal of what belongs to asynchronous components (WASI 0.3), by its name. */
export function asynchronousComponent(what: string, offset: number): AppError {
  return refusal(
    `it is an asynchronous component (WASI 0.3), which is not supported: it uses ${what}`,
    offset,
    'Build the component for WASI 0.2',
  )
}

function refusal(what: string, offset: number, hint?: string): AppError {
  return new AppError('COMPONENT_UNSUPPORTED', `Cannot read component: ${what} at offset ${offset}`, { hint })
}

/** A string of the binary as it may be shown in a message: quoted, escaped, and not longer than a line. */
export function quote(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text
  return JSON.stringify(short).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
