import { AppError } from '../../core/errors.js'

/** A function as typed. */
export interface FunctionPath {
  /** `ns:pkg/iface` with or without version; empty for a function of the world. */
  readonly instance: string
  readonly name: string
}

/** Splits `ns:pkg/iface@0.1.0.function` at its last dot. Throws USAGE_INVALID. */
export function parseFunctionPath(text: string): FunctionPath {
  const slash = text.lastIndexOf('/')
  const dot = text.lastIndexOf('.')
  if (slash < 0 && /^[A-Za-z][A-Za-z0-9-]*$/.test(text)) return { instance: '', name: text }
  const path = { instance: text.slice(0, dot), name: text.slice(dot + 1) }
  if (/^[^:/]+:[^:/]+\/[^/]+$/.test(path.instance) && dot > slash && path.name !== '') return path
  throw new AppError('USAGE_INVALID', `Not a function: "${text}"`, {
    hint: 'Write it as namespace:package/interface.function, or as the name of a function of the world',
  })
}
