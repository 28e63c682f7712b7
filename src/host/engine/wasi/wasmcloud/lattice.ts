import { linkKeyOf } from '../../built-in-interfaces.js'
import type { GuestHost } from '../guest-host.js'
import { defaultLink, type LinkSelection } from '../link-selection.js'
import { describeUnknownLink } from '../missing-link.js'

/** `wasmcloud:bus/lattice.call-target-interface`. */
export class CallTargetInterface {
  readonly #name: string

  constructor(namespace: string, packageName: string, interfaceName: string) {
    this.#name = `${namespace}:${packageName}/${interfaceName}`
  }

  /** What a link must list for it; `wasi:blobstore/container` goes over the link of `wasi:blobstore/blobstore`. */
  static keyOf(target: CallTargetInterface): string {
    return linkKeyOf(target.#name)
  }
}

/**
 * `wasmcloud:bus/lattice` 1.0, which cannot say that there is no such link: the next call over it fails, and that
 * failure names the links there are.
 */
export function createLattice1(links: LinkSelection): object {
  return {
    CallTargetInterface,
    setLinkName: (name: string, targets: readonly CallTargetInterface[]) => {
      links.select(name, targets.map(CallTargetInterface.keyOf))
    },
  }
}

/** `wasmcloud:bus/lattice` 2.0: a link name that one of the interfaces has no link of is refused, and nothing changes. */
export function createLattice2(host: GuestHost, links: LinkSelection): object {
  return {
    CallTargetInterface,
    setLinkName: (linkName: string, targets: readonly CallTargetInterface[]) => {
      const keys = targets.map(CallTargetInterface.keyOf)
      for (const key of linkName === defaultLink ? [] : keys) {
        const { names } = host.linkNames(key)
        if (names.includes(linkName)) continue
        throw describeUnknownLink({ componentId: host.componentId, linkName, interfaceName: key, names })
      }
      links.select(linkName, keys)
    },
  }
}
