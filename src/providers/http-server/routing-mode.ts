import type { ProviderLink } from '../../host/provider.js'

/** How the provider tells its components apart. Links have keys, by which they are theirs. */
export interface RoutingMode {
  start(): Promise<void>
  has(key: string): boolean
  /** Lets requests go to the target of a link that it does not have. Throws AppError where that cannot be. */
  add(key: string, link: ProviderLink): Promise<void>
  /** Unknown keys are ignored. */
  remove(key: string, graceMs: number): Promise<void>
  stop(graceMs: number): Promise<void>
}
