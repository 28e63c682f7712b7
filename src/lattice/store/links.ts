import type { Link, LinkKey } from '../control/schemas.js'
import type { Bucket } from '../key-value.js'
import { changeComponentSpec, linksOf, parseComponentSpec, sourceOfSpecKey } from './component-spec.js'
import type { ComponentSpec, SpecChange, SpecChanged } from './component-spec.js'

/** The real host's words for a link whose interfaces already go elsewhere. */
export const linkConflictMessage =
  'link already exists with different target, consider deleting the existing link or using a different link name'

/** What putLink() did. */
export type PutLinkResult = 'stored' | 'conflict'

/** What deleteLink() found. */
export type DeleteLinkResult =
  | { readonly kind: 'deleted'; readonly link: Link }
  | { readonly kind: 'no-link' }
  | { readonly kind: 'no-spec' }

/**
 * Stores a link with its source, by the real host's rules: the same source, target, namespace, package and name is
 * replaced whole; another target with a common interface is a conflict, and then nothing is stored.
 */
export async function putLink(bucket: Bucket, link: Link): Promise<SpecChanged<PutLinkResult>> {
  return await changeComponentSpec<PutLinkResult>(bucket, link.source_id, (current) => {
    const spec = current ?? { url: '', links: [] }
    if (spec.links.some((existing) => conflicts(existing, link)))
      return { spec: undefined, result: 'conflict' }
    return { spec: withLink(spec, link), result: 'stored' }
  })
}

/** Deletes the first link of that key, if there is one. */
export async function deleteLink(bucket: Bucket, key: LinkKey): Promise<SpecChanged<DeleteLinkResult>> {
  return await changeComponentSpec<DeleteLinkResult>(bucket, key.source_id, (current) => {
    if (!current) return { spec: undefined, result: { kind: 'no-spec' } }
    return withoutLink(current, key)
  })
}

/** All stored links, by source and in each source's order. Specifications that are damaged have none. */
export async function readLinks(bucket: Bucket): Promise<readonly Link[]> {
  const entries = await bucket.entries()
  const specs = entries.filter(({ key }) => sourceOfSpecKey(key) !== undefined)
  return specs
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .flatMap(({ value }) => {
      const spec = parseComponentSpec(value)
      return spec ? linksOf(spec) : []
    })
}

/** Whether two links are the same in every field. */
export function sameLink(a: Link, b: Link): boolean {
  return (
    sameTarget(a, b) &&
    sameList(a.interfaces, b.interfaces) &&
    sameList(a.source_config, b.source_config) &&
    sameList(a.target_config, b.target_config)
  )
}

/** Text that differs for links of different source, target, name, namespace or package. */
export function linkIdentity(
  link: Pick<Link, 'source_id' | 'target' | 'name' | 'wit_namespace' | 'wit_package'>,
): string {
  return JSON.stringify([link.source_id, link.target, link.name, link.wit_namespace, link.wit_package])
}

function withLink(spec: ComponentSpec, link: Link): ComponentSpec {
  const index = spec.links.findIndex((existing) => sameTarget(existing, link))
  const before = spec.links[index]
  if (!before) return { ...spec, links: [...spec.links, { ...link }] }
  return { ...spec, links: spec.links.with(index, { ...before, ...link }) }
}

function withoutLink(spec: ComponentSpec, key: LinkKey): SpecChange<DeleteLinkResult> {
  const index = spec.links.findIndex((link) => sameKey(link, key))
  const link = linksOf(spec)[index]
  if (!link) return { spec: undefined, result: { kind: 'no-link' } }
  return { spec: { ...spec, links: spec.links.toSpliced(index, 1) }, result: { kind: 'deleted', link } }
}

function conflicts(existing: Link, link: Link): boolean {
  return (
    sameKey(existing, link) &&
    existing.target !== link.target &&
    existing.interfaces.some((name) => link.interfaces.includes(name))
  )
}

function sameKey(a: LinkKey, b: LinkKey): boolean {
  return (
    a.source_id === b.source_id &&
    a.name === b.name &&
    a.wit_namespace === b.wit_namespace &&
    a.wit_package === b.wit_package
  )
}

function sameTarget(a: Link, b: Link): boolean {
  return sameKey(a, b) && a.target === b.target
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
