import type { GuestLogLine } from '../guest-pool.js'

/** What WASI needs of the thread that the guest runs in. */
export interface GuestHost {
  readonly componentId: string
  /** Values of wasi:config as of the running call. */
  readonly config: Readonly<Record<string, string>>
  log(line: GuestLogLine): void
  /** Takes in what has arrived for the guest, without waiting. */
  pump(): void
  /**
   * Waits until something arrives or `timeoutMs` is over, whichever comes first, and takes it in.
   * Throws where the running call has to end.
   */
  wait(timeoutMs: number): void
}
