import type { LinkedCalls } from '../guest-pool.js'
import { describeMissingLink } from '../wasi/missing-link.js'

const noNames = { names: [] } as const

/** For a component that nothing is linked to. */
export function unlinkedCalls(componentId: string): LinkedCalls {
  return {
    invoke({ key }, sink) {
      const nothing = (): void => undefined
      const failure = { kind: 'no-link', message: describeMissingLink(componentId, key) } as const
      let isCancelled = false
      queueMicrotask(() => isCancelled || sink.onFailure(failure))
      return { write: () => true, end: nothing, resume: nothing, cancel: () => void (isCancelled = true) }
    },
    linkNames: () => noNames,
  }
}
