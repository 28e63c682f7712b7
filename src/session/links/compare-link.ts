import { describeComponent } from '../../component/describe-component.js'
import { loadComponent } from '../../component/references/load-component.js'
import { messageOf } from '../../core/errors.js'
import type { ControlClient } from '../../lattice/control/client.js'
import type { LinkInput } from '../../lattice/control/schemas.js'
import { getInventories } from '../../lattice/operations/get-inventories.js'
import type { WorldItem } from '../../wit/model.js'

/** How a link's interfaces fit one of its ends. */
export interface EndComparison {
  readonly id: string
  readonly end: 'source' | 'target'
  /** What they were compared with, or why they were not; `not running` where the order of things is just another one. */
  readonly compared: string
  /** Interfaces of the link that this end does not have, as it was compared. */
  readonly missing: readonly string[]
  /** What it has instead. */
  readonly has: readonly string[]
}

/**
 * Compares a link's interfaces with what its ends import and export, as far as that can be known from here: components
 * from the image that runs, where that is a file that can be read, and providers that washi knows from what those declare.
 * Never says that something is missing without having looked.
 */
export async function compareLink(
  control: ControlClient,
  link: LinkInput,
): Promise<readonly EndComparison[]> {
  // The link is put, whatever can be seen of its ends.
  const inventories = await getInventories(control).catch(() => [])
  const running = {
    components: inventories.flatMap(({ components }) => components),
    providers: inventories.flatMap(({ providers }) => providers),
  }
  const compare = async (id: string, end: 'source' | 'target'): Promise<EndComparison> => {
    const found = await readEnd(running, id, end)
    if ('unknown' in found) return { id, end, compared: found.unknown, missing: [], has: [] }
    const has = [...new Set(found.has)].sort()
    const prefix = `${link.wit_namespace}:${link.wit_package}/`
    const wanted = (link.interfaces ?? []).map((name) => `${prefix}${name}`)
    return { id, end, compared: found.from, missing: wanted.filter((name) => !has.includes(name)), has }
  }
  return await Promise.all([compare(link.source_id, 'source'), compare(link.target, 'target')])
}

interface Running {
  readonly components: readonly { readonly id: string; readonly image_ref: string }[]
  readonly providers: readonly { readonly id: string; readonly image_ref?: string | null | undefined }[]
}

type End = { readonly from: string; readonly has: readonly string[] } | { readonly unknown: string }

async function readEnd(
  { components, providers }: Running,
  id: string,
  end: 'source' | 'target',
): Promise<End> {
  const component = components.find((each) => each.id === id)
  if (component) return await readComponentEnd(component.image_ref, end)
  const provider = providers.find((each) => each.id === id)
  return provider ? await readProviderEnd(provider.image_ref ?? '', end) : { unknown: 'not running' }
}

async function readComponentEnd(image: string, end: 'source' | 'target'): Promise<End> {
  try {
    const { world } = describeComponent(await loadComponent(image))
    const has = (end === 'source' ? world.imports : world.exports).flatMap(nameOf)
    return { from: `the world of ${image}`, has }
  } catch (cause) {
    return { unknown: `not compared: ${image} cannot be read here: ${messageOf(cause)}` }
  }
}

async function readProviderEnd(image: string, end: 'source' | 'target'): Promise<End> {
  // Loaded here only: they take longer to load than most commands take altogether.
  const { resolveEmbedded } = await import('../../host/providers/embedded-reference.js')
  const { embeddedProviders } = await import('../embedded-providers.js')
  try {
    const { definition } = resolveEmbedded(image, embeddedProviders)
    const has = end === 'source' ? definition.calls : definition.serves
    if (has) return { from: `what the provider ${definition.name} declares`, has }
  } catch {
    // a provider that washi does not know
  }
  return { unknown: `not compared: what ${image} serves and calls is not known` }
}

function nameOf(item: WorldItem): string[] {
  return item.kind === 'interface' ? [item.name.replace(/@.*$/, '')] : []
}
