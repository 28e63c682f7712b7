/** `Symbol.dispose`, which Node 20 has and some runtimes lack. */
export const disposeSymbol: symbol = Symbol.dispose ?? Symbol.for('dispose')

/** Disposes of a resource object, where it can be; representations of guest resources are numbers and are left alone. */
export function disposeOf(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  const dispose = (value as Readonly<Record<symbol, unknown>>)[disposeSymbol]
  if (typeof dispose === 'function') dispose.call(value)
}
