import { parseInterfaceName } from '../../wit/interface-name.js'
import type { WitInterface, World, WorldItem } from '../../wit/model.js'
import { findOffer, findOfferOfAnyVersion, linkKeyOf } from './built-in-interfaces.js'
import { isCallable } from './callable-functions.js'
import { createServedCheck, type ServedCheck } from './wasi/served-functions.js'

/** One import of a world, and what satisfies it. */
export type ExplainedImport =
  /** The engine serves it; or it holds types alone, and there is nothing to serve. */
  | { readonly kind: 'built-in'; readonly name: string }
  /** Its calls go over a link that lists `link` (`wasi:keyvalue/store`, without version). */
  | { readonly kind: 'link'; readonly name: string; readonly link: string }
  /** Nothing can satisfy it; `reason` says why, and what there is instead. */
  | { readonly kind: 'unsatisfiable'; readonly name: string; readonly reason: string }

/** Every import of a world with what would satisfy it, in the order of the world. */
export function explainImports(world: World): readonly ExplainedImport[] {
  const isServed = createServedCheck()
  return world.imports.map((item) => explainImport(item, isServed))
}

function explainImport(item: WorldItem, isServed: ServedCheck): ExplainedImport {
  const { name } = item
  if (item.kind === 'function') {
    const reason = `function "${name}" belongs to no interface, and links are made for interfaces`
    return { kind: 'unsatisfiable', name, reason }
  }
  const found = findOffer(name)
  if (found === undefined) return explainForeign(item)
  const lacking = item.functions.filter((one) => !isServed(name, one.name)).map((one) => one.name)
  if (lacking.length > 0) {
    const reason = `washi serves ${found.offer.interface}, but not its ${listOf(lacking)}`
    return { kind: 'unsatisfiable', name, reason }
  }
  const { link } = found.offer
  return link === undefined || item.functions.length === 0
    ? { kind: 'built-in', name }
    : { kind: 'link', name, link }
}

/** An interface that the engine does not know: something linked has to serve it. */
function explainForeign(item: WitInterface): ExplainedImport {
  const { name } = item
  if (item.functions.length === 0 && item.resources.length === 0) return { kind: 'built-in', name }
  const offer = findOfferOfAnyVersion(name)
  if (offer !== undefined) {
    const versions = offer.versions.map((version) => version ?? 'without version')
    return { kind: 'unsatisfiable', name, reason: `washi serves ${listOf(versions.map(describeVersion))}` }
  }
  if (parseInterfaceName(name) === undefined) {
    const reason = `"${name}" belongs to no package, and links are made for interfaces of packages`
    return { kind: 'unsatisfiable', name, reason }
  }
  const stuck = item.functions.filter((one) => !isCallable(one)).map((one) => one.name)
  if (stuck.length > 0) {
    const reason = `resources cannot cross a link, as they would have to for ${listOf(stuck)}`
    return { kind: 'unsatisfiable', name, reason }
  }
  return { kind: 'link', name, link: linkKeyOf(name) }
}

function describeVersion(version: string): string {
  return version === '0.2.0' ? '0.2.x' : version
}

/** `a`, `a and b`, `a, b and c`. */
function listOf(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
