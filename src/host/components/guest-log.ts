import type { Logger } from '../../core/log.js'
import type { GuestLogLine } from '../engine/guest-pool.js'

/** Writes what a component says into the host's log, under its own level and the component's id. */
export function guestLogWriter(log: Logger, componentId: string): (line: GuestLogLine) => void {
  const logger = log.child({ component: componentId })
  return ({ level, stream, context, message }) => {
    const fields = stream === 'logging' ? { context: context === '' ? undefined : context } : { stream }
    logger[level === 'critical' ? 'error' : level](message, fields)
  }
}
