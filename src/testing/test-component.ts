import type { GuestLogLine, GuestPool } from '../host/engine/guest-pool.js'
import type { RpcTarget } from '../host/rpc-exchange.js'
import { unversioned } from '../wit/interface-name.js'
import { camelLabel } from '../wit/labels.js'
import type { World } from '../wit/model.js'
import { callFunction, type ExplainFailure } from './call-function.js'
import { findExportedFunction, listExportedFunctions } from '../host/calls/exported-function.js'
import type { FakeTarget } from './fake-imports.js'
import { fetchComponent, toRequest } from './fetch-component.js'
import type { LogBook, LogMatch, NextLogOptions } from './log-book.js'

/** Types of exported functions, as a test declares them: by interface, then by name in camelCase. */
export type ExportTypes = Readonly<Record<string, object>>

/** Functions that answer with promises. */
export type Promised<Functions extends object> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never
}

/** The exported interfaces of a component; untyped where the test declares no types. */
export type ComponentExports<Types extends ExportTypes> = {
  readonly [Name in keyof Types]: Promised<Types[Name]>
}

/** Untyped functions. */
export type AnyExports = Readonly<Record<string, Readonly<Record<string, (...args: unknown[]) => unknown>>>>

/** What a test component is made of. */
export interface TestComponentParts {
  readonly pool: GuestPool
  readonly book: LogBook<GuestLogLine>
  readonly explain: ExplainFailure
}

/** A component that runs in guest threads of its own, without a lattice. Whoever loaded it disposes of it. */
export class TestComponent<Types extends ExportTypes = AnyExports> implements AsyncDisposable, FakeTarget {
  /** What it imports and exports. */
  readonly world: World
  /** Its functions by interface, with and without version, then by name in camelCase. */
  readonly exports: ComponentExports<Types>
  /** Answers calls: give the component itself for an import of another one. */
  readonly target: RpcTarget
  readonly #parts: TestComponentParts

  constructor(parts: TestComponentParts) {
    this.#parts = parts
    this.world = parts.pool.world
    this.target = parts.pool
    this.exports = this.#listExports()
  }

  /** What it has written to its log, stdout and stderr. */
  get logs(): readonly GuestLogLine[] {
    return this.#parts.book.lines
  }

  /**
   * Calls an exported function with values; the interface with or without its version, empty for functions of the world.
   * Rejects with ComponentError for the error of a result, with CallFailedError where there is no answer, and with ValueError
   * or FUNCTION_NOT_FOUND where it cannot be called so.
   */
  async call(instance: string, name: string, ...args: readonly unknown[]): Promise<unknown> {
    const { pool, explain } = this.#parts
    return await callFunction(pool, findExportedFunction(this.world, instance, name), args, explain)
  }

  /**
   * Sends an HTTP request to its `wasi:http/incoming-handler`, as fetch() would. A path alone is of http://localhost.
   * Rejects with CallFailedError where it does not answer.
   */
  async fetch(input: Request | URL | string, init?: RequestInit): Promise<Response> {
    return await fetchComponent(this.#parts.pool, toRequest(input, init), this.#parts.explain)
  }

  /** The next line of its log that matches, now or later; rejects, with the lines that there were, after 5 s. */
  nextLog(match?: LogMatch<GuestLogLine>, options?: NextLogOptions): Promise<GuestLogLine> {
    return this.#parts.book.next(match, options)
  }

  /** Ends its threads; calls that run fail. Idempotent. */
  async stop(): Promise<void> {
    await this.#parts.pool.stop(0)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #listExports(): ComponentExports<Types> {
    const exports: Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>> = {}
    for (const found of listExportedFunctions(this.world)) {
      const call = (...args: unknown[]): Promise<unknown> =>
        callFunction(this.#parts.pool, found, args, this.#parts.explain)
      for (const name of new Set([found.interface, unversioned(found.interface)]))
        (exports[name] ??= {})[camelLabel(found.type.name)] = call
    }
    // What the test declares is for it to get right; the names at least are those of the component.
    return exports as ComponentExports<Types>
  }
}
