/** `washi/provider`: write a provider in TypeScript, and run it within washi or as a process of any wasmCloud 1.x host. */
export {
  defineProvider,
  type Called,
  type Caller,
  type DefineProviderOptions,
  type Served,
  type TypedContext,
  type TypedProvider,
} from './define-provider.js'
export { providerWorld, type LinkedInterface, type ProviderWorld } from './provider-world.js'
export { runProvider, type ProviderProcessEnvironment } from './run-provider.js'
export { isMainModule, runProviderProcess } from './run-provider-process.js'
export type {
  OutgoingCall,
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderDefinition,
  ProviderHealth,
  ProviderLink,
  SecretValue,
  SecretValues,
} from '../host/provider.js'
export { ComponentError } from '../host/engine/linker/runtime/errors.js'
export { AppError } from '../core/errors.js'
export type { Logger, LogFields } from '../core/log.js'
