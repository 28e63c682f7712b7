import { AppError } from '../../core/errors.js'
import type { ControlClient } from '../control/client.js'
import type { HostId } from '../ids.js'

/** How to watch a host. */
export interface WatchHostOptions {
  /** Ends it. */
  readonly signal: AbortSignal
  /** Called once, when nobody answers for the host any more. */
  readonly onGone: () => void
}

const intervalMs = 1_000

/** Asks for a host again and again: one that was killed says nothing, but the server knows that nobody listens. */
export function watchHost(
  control: ControlClient,
  hostId: HostId,
  { signal, onGone }: WatchHostOptions,
): void {
  if (signal.aborted) return
  const timer = setInterval(() => {
    void isGone(control, hostId, signal).then((gone) => {
      if (!gone || signal.aborted) return
      clearInterval(timer)
      onGone()
    })
  }, intervalMs)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

/** A host that is too busy to answer is still there, and so is one behind a connection that is being mended. */
async function isGone(control: ControlClient, hostId: HostId, signal: AbortSignal): Promise<boolean> {
  try {
    await control.getInventory(hostId, { signal })
    return false
  } catch (error) {
    return error instanceof AppError && error.code === 'HOST_NOT_FOUND'
  }
}
