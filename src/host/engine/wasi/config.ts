import type { GuestHost } from './guest-host.js'

/** `wasi:config/store` and `wasi:config/runtime`: the component's merged configuration. */
export function createConfigStore(host: GuestHost): object {
  return {
    get: (key: string) => (Object.hasOwn(host.config, key) ? host.config[key] : undefined),
    getAll: () => Object.entries(host.config),
  }
}
