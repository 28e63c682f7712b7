import type { GuestLogLine } from '../guest-pool.js'
import type { GuestHost } from './guest-host.js'

/** `wasi:logging/logging`. */
export function createLogging(host: GuestHost): object {
  return {
    log: (level: GuestLogLine['level'], context: string, message: string) => {
      host.log({ stream: 'logging', level, context, message })
    },
  }
}
