/** `washi/provider`: write a provider in TypeScript, and run it within washi or as a process of any wasmCloud 1.x host. */
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
export { AppError } from '../core/errors.js'
export type { Logger, LogFields } from '../core/log.js'
