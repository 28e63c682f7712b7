import { AppError } from '../../core/errors.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import type { LatticeEvent } from '../../lattice/events/schemas.js'
import { subscribeEvents } from '../../lattice/events/subscribe-events.js'
import type { ControlledLattice } from '../../lattice/operations/controlled-lattice.js'
import { getInventories } from '../../lattice/operations/get-inventories.js'
import { getLinks } from '../../lattice/operations/get-links.js'
import { spy } from '../spy/spy.js'
import { toSpiedDocument } from '../spy/spied-document.js'
import type { Capture, CapturedEntry, CapturedMessage } from './capture.js'

/** How to capture. */
export interface CaptureOptions {
  /** Ends it. */
  readonly signal: AbortSignal
  /** Ends it after that time, from when it is ready. */
  readonly durationMs?: number | undefined
  readonly now: () => number
  /** Called once everything is heard from now on. */
  readonly onReady?: (() => void) | undefined
  /** Called for each message, with how many there are by now. */
  readonly onMessage?: ((count: number) => void) | undefined
}

/** Messages that are kept; then it ends by itself. */
const maxMessages = 100_000

/**
 * Takes down what the lattice is (hosts, links, buckets), and then its calls, answers and events until the signal. Throws
 * LATTICE_EMPTY.
 */
export async function takeCapture(lattice: ControlledLattice, options: CaptureOptions): Promise<Capture> {
  const { connection, control } = lattice
  const { now, onReady, onMessage, durationMs } = options
  const startedAt = new Date(now()).toISOString()
  const full = new AbortController()
  const signal = AbortSignal.any([options.signal, full.signal])
  const messages: CapturedMessage[] = []
  const add = (message: CapturedMessage): void => {
    messages.push(message)
    onMessage?.(messages.length)
    if (messages.length >= maxMessages) full.abort()
  }
  const events = subscribeEvents(connection, { signal })
  const [inventory, links] = await Promise.all([getInventories(control), getLinks(control)])
  const buckets = await readBuckets(connection)
  const following = follow(events, (event) => add(toMessage(event)))
  await spy(lattice, {
    filter: {},
    signal,
    durationMs,
    onReady,
    onMessage: (message) => add(toSpiedDocument(message) as CapturedMessage), // kind and time are in each
  }).finally(() => full.abort())
  await following
  const endedAt = new Date(now()).toISOString()
  return { lattice: connection.lattice, startedAt, endedAt, inventory, links, buckets, messages }
}

async function follow(
  events: AsyncIterable<LatticeEvent>,
  onEvent: (event: LatticeEvent) => void,
): Promise<void> {
  for await (const event of events) onEvent(event)
}

function toMessage(event: LatticeEvent): CapturedMessage {
  const name = event.kind === 'unknown' ? event.type : event.kind
  return { ...event, kind: 'event', event: name }
}

async function readBuckets(connection: LatticeConnection): Promise<Capture['buckets']> {
  const { lattice } = connection
  const names = [`LATTICEDATA_${lattice}`, `CONFIGDATA_${lattice}`, 'wadm_manifests', 'wadm_state']
  const read = await Promise.all(
    names.map(async (name) => [name, await readBucket(connection, name)] as const),
  )
  return Object.fromEntries(read.flatMap(([name, entries]) => (entries ? [[name, entries]] : [])))
}

async function readBucket(
  connection: LatticeConnection,
  name: string,
): Promise<readonly CapturedEntry[] | undefined> {
  try {
    const entries = await (await connection.bucket(name)).entries()
    return entries.map(({ key, revision, value }) => ({ key, revision, ...toText(value) }))
  } catch (failure) {
    if (failure instanceof AppError && failure.code === 'BUCKET_UNAVAILABLE') return undefined
    throw failure
  }
}

function toText(value: Uint8Array): { readonly text: string } | { readonly base64: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(value) }
  } catch {
    return { base64: Buffer.from(value).toString('base64') }
  }
}
