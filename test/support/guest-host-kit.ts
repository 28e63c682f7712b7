import type { GuestLogLine } from '#washi/host/engine/guest-pool.js'
import type { GuestHost } from '#washi/host/engine/wasi/guest-host.js'

/** A host for a guest that is not there: for tests that call WASI as a guest would, without a thread. */
export function createTestGuestHost(
  parts: Partial<GuestHost> = {},
): GuestHost & { readonly lines: GuestLogLine[] } {
  const lines: GuestLogLine[] = []
  return {
    componentId: 'guest',
    config: {},
    secrets: {},
    preopens: [],
    log: (line) => lines.push(line),
    pump: () => undefined,
    wait: () => {
      throw new Error('would wait for ever')
    },
    callLinked: nothingLinked,
    startLinked: nothingLinked,
    linkNames: () => ({ names: [] }),
    ...parts,
    lines,
  }
}

/** What an action threw; undefined where it did not throw. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action()
    return undefined
  } catch (thrown) {
    return thrown
  }
}

function nothingLinked(): never {
  throw new Error('nothing is linked')
}
