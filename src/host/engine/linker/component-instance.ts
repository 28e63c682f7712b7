/**
 * What the host gives for one import: an object (or module namespace) of camelCase functions and PascalCase classes,
 * or, for a function that the world imports by itself, the function. Functions are called without `this`.
 */
export type ImportedInterface = object

/** The imports of a component by interface name; versions match as in wit/interface-name.ts. */
export type ComponentImports = Readonly<Record<string, ImportedInterface>>

/** A function of a guest as JavaScript sees it; throws ComponentError for the error side of a result. */
export type GuestFunction = (...args: unknown[]) => unknown

/** An exported interface: camelCase functions, PascalCase classes for its resources. */
export type ExportedInterface = Readonly<Record<string, GuestFunction>>

/** A stand-in for a function that the host does not provide; methods get their object as first argument. */
export type MissingFunction = (...args: unknown[]) => unknown

/** How an instance is created. */
export interface InstanceOptions {
  /**
   * Called once for each function that `imports` lacks; what it returns is called in its place. Without it, missing
   * functions are refused. `interfaceName` is undefined for a function of the world itself.
   */
  readonly onMissing?:
    | ((interfaceName: string | undefined, functionName: string) => MissingFunction)
    | undefined
}

/** A running component. A call that throws anything but ComponentError poisons it: every further call is refused. */
export interface ComponentInstance {
  /**
   * By full interface name as exported (`wasi:http/incoming-handler@0.2.0`) and, where unambiguous, by its camelCase
   * last part (`incomingHandler`); functions of the world by their camelCase name.
   */
  readonly exports: Readonly<Record<string, ExportedInterface | GuestFunction>>
  /**
   * Puts memory, globals and handles back to the state after instantiation and drops the resources it still owned.
   * False where that cannot be (not prepared for it, memory grew, a call runs or trapped): then create another one.
   */
  reset(): boolean
}
