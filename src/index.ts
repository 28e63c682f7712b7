/** `washi`: hosts of a lattice in a program of one's own. */
export { Host } from './programs/host.js'
export type {
  ApplyOptions,
  ManifestText,
  StartComponentOptions,
  StartProviderOptions,
} from './programs/method-options.js'
export type { HostOptions } from './programs/host-options.js'
export type { ImageSource } from './programs/image-store.js'
export type { LinkSpec } from './programs/link-spec.js'
export type { ConfigChoice } from './programs/stored-config.js'
export type { SessionEnd } from './session/start-session.js'
export { CallFailedError } from './session/call/call-failed-error.js'
export type { AnyExports, ComponentExports, ExportTypes, Promised } from './session/call/typed-exports.js'
export type {
  Authorize,
  ComponentInQuestion,
  Decision,
  InvocationInQuestion,
  ProviderInQuestion,
  Question,
} from './host/authorize.js'
export type {
  OutgoingCall,
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderDefinition,
  ProviderHealth,
  ProviderLink,
} from './host/provider.js'
export type { EngineChoice } from './host/engine/engine-choice.js'
export type { InstancePolicy } from './host/engine/guest-pool.js'
export { ComponentError } from './host/engine/linker/runtime/errors.js'
export type { ApplicationSummary } from './apps/api/applications.js'
export type { Deployment } from './apps/deploy/deploy-application.js'
export type { ApplicationStatus } from './apps/planner/status.js'
export type { LatticeAccess } from './lattice/access.js'
export type {
  ComponentDescription,
  HostInventory,
  HostSummary,
  ProviderDescription,
} from './lattice/control/inventory-schemas.js'
export type { Link, RegistryCredentials } from './lattice/control/schemas.js'
export type { LatticeEvent } from './lattice/events/schemas.js'
export type { LinksChoice } from './lattice/operations/delete-link.js'
export type { PutLinkOutcome } from './lattice/operations/put-link.js'
export type { LogLevel, LogRecord } from './core/log.js'
export { AppError, type ErrorCode } from './core/errors.js'
export { ValueError } from './wit/codec/wire-error.js'
