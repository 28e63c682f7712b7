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
  return typeof tag === 'object' && tag !== null ? 'see error.payload' : `${String(tag)} (see error.payload)`
}

/** Ends the running instance. */
export function trap(reason: string): never {
  throw new Trap(reason)
}

/** Refuses a call into an instance that runs, or that a trap has ended. */
export function cannotEnter(): never {
  trap('cannot enter component instance: it is running, or a trap has ended it')
}

/** Refuses an import called from realloc or post-return. */
export function cannotLeave(): never {
  trap('cannot leave component instance: it called an import from realloc or post-return')
}

/** Refuses a pointer of the guest. */
export function badPointer(): never {
  trap('pointer is misaligned or out of bounds')
}

/** Refuses a discriminant of the guest. */
export function badDiscriminant(): never {
  trap('invalid discriminant')
}

/** Refuses a value of the host; `what` is what belonged there. */
export function expected(what: string, value: unknown): never {
  throw new TypeError(`Expected ${what}, got ${value === null ? 'null' : typeof value}`)
}

/** The error value of a function of type result that threw; a thrown Error without payload goes on. */
export function errorPayload(thrown: unknown): unknown {
  if (typeof thrown !== 'object' || thrown === null) return thrown
  if (Object.hasOwn(thrown, 'payload')) return (thrown as { readonly payload: unknown }).payload // just seen
  if (thrown instanceof Error) throw thrown
  return thrown
}
