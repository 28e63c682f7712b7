import type { ControlResponse } from '../../lattice/control/schemas.js'

/** An answer of the control interface. */
export type Answer = ControlResponse<unknown>

/** Done, with the real host's words. */
export function done(message = ''): Answer {
  return { success: true, message }
}

/** Answered, with what was asked for. */
export function answer(response: unknown): Answer {
  return { success: true, message: '', response }
}

/** Refused, and why. */
export function refuse(message: string): Answer {
  return { success: false, message }
}
