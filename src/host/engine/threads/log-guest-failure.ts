import type { Logger } from '../../../core/log.js'
import type { CallFailure } from '../../http-exchange.js'

/** What went wrong in a guest, and in what situation. */
export interface GuestFailureReport {
  readonly failure: CallFailure
  /** WebAssembly frames, innermost first; empty where there are none. */
  readonly stack: string
  readonly when: string
}

/** Writes a guest's failure into the log, with its stack; what the caller caused is no error. */
export function logGuestFailure(
  log: Logger,
  { failure: { kind, message }, stack, when }: GuestFailureReport,
): void {
  const text = `The component failed ${when} (${kind}): ${message}${stack === '' ? '' : `\n${stack}`}`
  if (kind === 'cancelled' || kind === 'unavailable') log.debug(text)
  else log.error(text)
}
