/** `washi/testing`: load components in tests, replace what they import, call what they export. */
export { loadComponent, type LoadOptions } from './load-component.js'
export {
  TestComponent,
  type AnyExports,
  type ComponentExports,
  type ExportTypes,
  type Promised,
} from './test-component.js'
export type { FakeFunction, FakeImports, FakeInterface, FakeTarget } from './fake-imports.js'
export type { FetchFake } from './fake-fetch.js'
export type { LoggedLine, LogMatch, NextLogOptions } from './log-book.js'
export { startLattice, type LatticeOptions } from './start-lattice.js'
export type { ComponentToStart, LinkToPut, TestLattice } from './test-lattice.js'
export { CallFailedError } from './call-failed-error.js'
export { ComponentError } from '../host/engine/linker/runtime/errors.js'
export { ValueError } from '../wit/codec/wire-error.js'
export { AppError } from '../core/errors.js'
export type { LogRecord } from '../core/log.js'
export type { GuestLimits, GuestLogLine, InstancePolicy } from '../host/engine/guest-pool.js'
export type { World } from '../wit/model.js'
