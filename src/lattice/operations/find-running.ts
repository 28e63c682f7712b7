import { AppError } from '../../core/errors.js'
import { suggest } from '../../core/suggest.js'
import type { ControlClient } from '../control/client.js'
import type {
  ComponentDescription,
  HostInventory,
  ProviderDescription,
} from '../control/inventory-schemas.js'
import type { HostId } from '../ids.js'
import { findHost } from './find-host.js'
import { getInventories } from './get-inventories.js'

/** Something that runs, named by a user. */
export interface RunningChoice {
  readonly id: string
  /** Whether the beginning of an id is enough where no other begins so: for people, not for programs. Default false. */
  readonly isPrefixEnough?: boolean | undefined
  /** Only there; see findHost(). */
  readonly host: string | undefined
}

/** Where something runs. */
export interface RunningPart<Description> {
  readonly id: string
  readonly places: readonly [Place<Description>, ...Place<Description>[]]
}

/** One of the hosts that run it. */
export interface Place<Description> {
  readonly hostId: HostId
  readonly part: Description
}

/** The component that a choice means. Throws NOT_RUNNING, ID_AMBIGUOUS with the candidates, and what findHost() throws. */
export async function findComponent(
  control: ControlClient,
  choice: RunningChoice,
): Promise<RunningPart<ComponentDescription>> {
  return await findPart(control, choice, { kind: 'component', partsOf: ({ components }) => components })
}

/** The provider that a choice means. Throws as findComponent(). */
export async function findProvider(
  control: ControlClient,
  choice: RunningChoice,
): Promise<RunningPart<ProviderDescription>> {
  return await findPart(control, choice, { kind: 'provider', partsOf: ({ providers }) => providers })
}

interface PartKind<Description> {
  readonly kind: 'component' | 'provider'
  readonly partsOf: (inventory: HostInventory) => readonly Description[]
}

async function findPart<Description extends { readonly id: string }>(
  control: ControlClient,
  { id: text, host, isPrefixEnough = false }: RunningChoice,
  { kind, partsOf }: PartKind<Description>,
): Promise<RunningPart<Description>> {
  const only = host === undefined ? undefined : await findHost(control, host)
  const inventories = await getInventories(control, only)
  const running = inventories.flatMap((inventory) =>
    partsOf(inventory).map((part) => ({ hostId: inventory.host_id, part })),
  )
  const ids = [...new Set(running.map(({ part }) => part.id))].sort()
  const id = chooseId(ids, text, { kind, only, isPrefixEnough })
  const [first, ...others] = running.filter(({ part }) => part.id === id)
  if (first === undefined) throw notRunning(ids, text, { kind, only })
  return { id, places: [first, ...others] }
}

interface Searched {
  readonly kind: 'component' | 'provider'
  readonly only: HostId | undefined
  readonly isPrefixEnough: boolean
}

/** The text itself where nothing begins so. */
function chooseId(ids: readonly string[], text: string, { kind, isPrefixEnough }: Searched): string {
  if (ids.includes(text)) return text
  const matches = isPrefixEnough && text !== '' ? ids.filter((id) => id.startsWith(text)) : []
  const [first, ...others] = matches
  if (others.length === 0) return first ?? text
  throw new AppError('ID_AMBIGUOUS', `Several ${kind}s begin with "${text}": ${matches.join(', ')}`, {
    hint: 'Use a whole id',
  })
}

function notRunning(
  ids: readonly string[],
  text: string,
  { kind, only }: Omit<Searched, 'isPrefixEnough'>,
): AppError {
  const where = only === undefined ? 'No host runs' : `Host ${only} does not run`
  const near = suggest(text, ids)
  return new AppError('NOT_RUNNING', `${where} ${kind} "${text}"`, {
    hint: near === undefined ? 'Run: washi get inventory' : `Did you mean "${near}"?`,
  })
}
