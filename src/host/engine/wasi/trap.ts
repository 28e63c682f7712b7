import type { CallFailure } from '../../http-exchange.js'

/** Ends the guest's instance from within a host function. */
export class HostTrap extends Error {
  override readonly name = 'HostTrap'
}

/** The guest called wasi:cli/exit. */
export class GuestExit extends Error {
  override readonly name = 'GuestExit'
}

/** A call over a link came to nothing. Unless an interface has a way to say so, the guest traps of it. */
export class LinkedCallFailed extends HostTrap {
  readonly failure: CallFailure

  constructor(failure: CallFailure) {
    super(failure.message)
    this.failure = failure
  }
}

/** Traps with `reason`. */
export function trapGuest(reason: string): never {
  throw new HostTrap(reason)
}
