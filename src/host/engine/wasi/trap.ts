/** Ends the guest's instance from within a host function. */
export class HostTrap extends Error {
  override readonly name = 'HostTrap'
}

/** The guest called wasi:cli/exit. */
export class GuestExit extends Error {
  override readonly name = 'GuestExit'
}

/** Traps with `reason`. */
export function trapGuest(reason: string): never {
  throw new HostTrap(reason)
}
