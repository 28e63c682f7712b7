import type { GuestLogLine, GuestPool } from '../host/engine/guest-pool.js'
import type { RpcTarget } from '../host/rpc-exchange.js'
import type { World } from '../wit/model.js'
import { callValues, type ExplainFailure } from '../session/call/call-values.js'
import { findExportedFunction, type ExportedFunction } from '../host/calls/exported-function.js'
import type { FakeTarget } from './fake-imports.js'
import { fetchComponent, toRequest } from '../session/call/fetch-component.js'
import {
  toTypedExports,
  type AnyExports,
  type ComponentExports,
  type ExportTypes,
} from '../session/call/typed-exports.js'
import type { LogBook, LogMatch, NextLogOptions } from './log-book.js'

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
    this.exports = toTypedExports<Types>(this.world, (called, args) => this.#call(called, args))
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
    return await this.#call(findExportedFunction(this.world, instance, name), args)
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

  async #call(called: ExportedFunction, args: readonly unknown[]): Promise<unknown> {
    const { pool, explain } = this.#parts
    return await callValues(pool, called, { args, sourceId: 'test', explain })
  }
}
