/** A trap raised by the linker's own checks (bad pointer, handle, discriminant, re-entrance); ends the instance. */
export class Trap extends WebAssembly.RuntimeError {
  override readonly name: string = 'Trap'
}

/** The error side of a `result` that an export returned; the instance stays usable. */
export class ComponentError extends Error {
  override readonly name: string = 'ComponentError'
  /** The value, as the WIT type maps to JavaScript. */
  readonly payload: unknown

  constructor(payload: unknown) {
    super(describePayload(payload))
    this.payload = payload
  }
}

function describePayload(payload: unknown): string {
  if (typeof payload === 'string') return payload
  const tag = typeof payload === 'object' && payload !== null && 'tag' in payload ? payload.tag : payload
  return `${String(tag)} (see error.payload)`
}

/** Ends the running instance. */
export function trap(reason: string): never {
  throw new Trap(reason)
}
