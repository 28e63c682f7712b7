import { AppError } from '../../core/errors.js'
import { suggest } from '../../core/suggest.js'
import type { HostInventory } from '../../lattice/control/inventory-schemas.js'
import { subscribeEvents } from '../../lattice/events/subscribe-events.js'
import type { ControlledLattice } from '../../lattice/operations/controlled-lattice.js'
import { getInventories } from '../../lattice/operations/get-inventories.js'
import { spyRenewMs } from '../../lattice/spy/messages.js'
import { isSameInterface } from '../../host/calls/exported-function.js'
import { unversioned } from '../../wit/interface-name.js'
import type { World } from '../../wit/model.js'
import type { WireFunction } from '../../wit/wire/wire-interface.js'
import { decodeValues } from './decode-values.js'
import { HostCopies } from './host-copies.js'
import type { RawAnswer, RawCall, SpiedMessage, SpyFilter, SpySink } from './spied-message.js'
import { TypeBook } from './type-book.js'
import { WireTap } from './wire-tap.js'

/** How to spy. */
export interface SpyOptions {
  readonly filter: SpyFilter
  /** What to take types from before the images of what runs. */
  readonly types?: World | undefined
  /** Ends it. */
  readonly signal: AbortSignal
  /** Ends it after that time, from when it is ready. */
  readonly durationMs?: number | undefined
  /** Called once calls are overheard from now on: ids of the hosts that copy theirs, and of what is listened to on the bus. */
  readonly onReady?: ((ready: SpyReady) => void) | undefined
  readonly onMessage: (message: SpiedMessage) => void
}

/** What a spy has found to listen to. */
export interface SpyReady {
  readonly hosts: readonly string[]
  readonly onBus: readonly string[]
}

/**
 * Overhears the calls of a lattice until the signal: hosts of washi copy those that they answer, also what stays on one
 * host; those of other hosts are listened to on the bus. Messages come in order, with their values decoded. Throws
 * NOT_RUNNING where nothing of the filter's id runs, LATTICE_EMPTY.
 */
export async function spy(lattice: ControlledLattice, options: SpyOptions): Promise<void> {
  const { connection, control } = lattice
  const { filter, onReady, durationMs } = options
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  const inventories = await getInventories(control)
  requireRunning(inventories, filter.id)
  const book = new TypeBook(imagesOf(inventories), options.types)
  const teller = new Teller(book, options)
  const copies = new HostCopies(connection, filter.id, teller)
  const tap = new WireTap(connection, teller)
  const listen = (current: readonly HostInventory[]): readonly string[] => {
    book.update(imagesOf(current))
    const onBus = idsOf(current).filter((id) => !copies.covers(id))
    tap.watch(new Set(onBus))
    return onBus
  }
  let timer: NodeJS.Timeout | undefined
  try {
    await copies.begin(inventories.length)
    const onBus = listen(inventories)
    await connection.flush()
    onReady?.({ hosts: copies.hosts, onBus })
    if (durationMs !== undefined) timer = setTimeout(() => over.abort(), durationMs)
    await Promise.all([renewUntil(signal, copies), followUntil(signal, lattice, { copies, listen })])
  } finally {
    clearTimeout(timer)
    tap.close()
    await copies.close()
    await teller.idle()
  }
}

function renewUntil(signal: AbortSignal, copies: HostCopies): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setInterval(() => copies.renew(), spyRenewMs)
    signal.addEventListener(
      'abort',
      () => {
        clearInterval(timer)
        resolve()
      },
      { once: true },
    )
  })
}

/** Looks anew at what runs whenever something has started or stopped. */
async function followUntil(
  signal: AbortSignal,
  { connection, control }: ControlledLattice,
  {
    copies,
    listen,
  }: {
    readonly copies: HostCopies
    readonly listen: (inventories: readonly HostInventory[]) => readonly string[]
  },
): Promise<void> {
  if (signal.aborted) return
  for await (const { kind } of subscribeEvents(connection, { signal })) {
    if (!/^(component_scaled|provider_started|provider_stopped|host_stopped)$/.test(kind)) continue
    const inventories = await getInventories(control).catch(() => []) // its hosts have all gone
    await copies.begin(inventories.length)
    if (!signal.aborted) listen(inventories)
  }
}

/** Filters and decodes what is overheard, and tells it in order. */
class Teller implements SpySink {
  readonly #book: TypeBook
  readonly #options: SpyOptions
  readonly #open = new Map<
    string,
    { readonly call: RawCall; readonly type: Promise<WireFunction | undefined> }
  >()
  #queue: Promise<void> = Promise.resolve()

  constructor(book: TypeBook, options: SpyOptions) {
    this.#book = book
    this.#options = options
  }

  onCall(call: RawCall): void {
    if (!isWanted(call, this.#options.filter)) return
    const type = this.#book.find(call)
    this.#open.set(call.id, { call, type })
    this.#tell(async () => {
      const payload = decodeValues((await type)?.params, call.params, call.size)
      const { params: _params, size: _size, ...about } = call
      return { kind: 'call', ...about, payload }
    })
  }

  onAnswer(answer: RawAnswer): void {
    const open = this.#open.get(answer.id)
    this.#open.delete(answer.id)
    if (!open) return
    const { params: _params, size: _size, ...about } = open.call
    const { time, durationMs, streams } = answer
    this.#tell(async () => {
      const type = await open.type
      const isLost = answer.failure === undefined && type?.result !== undefined && answer.size === 0
      const failure = isLost
        ? 'the answer has no result, which is all that the bus shows of a failure'
        : answer.failure
      const fields = type?.result ? [{ name: '', type: type.result }] : type && []
      const payload = failure === undefined ? decodeValues(fields, answer.result, answer.size) : noValues
      return { kind: 'answer', ...about, time, durationMs, streams, failure, payload }
    })
  }

  /** Resolves once everything so far was told. */
  idle(): Promise<void> {
    return this.#queue
  }

  #tell(make: () => Promise<SpiedMessage>): void {
    this.#queue = this.#queue.then(make).then((message) => {
      if (!this.#options.signal.aborted) this.#options.onMessage(message)
    })
  }
}

const noValues = { values: [], size: 0 }

function isWanted(call: RawCall, { id, interface: owner, function: name }: SpyFilter): boolean {
  if (id !== undefined && id !== call.source && id !== call.target) return false
  if (owner !== undefined && !isCalledSo(call.interface, owner)) return false
  return name === undefined || name === call.function
}

/** By the name on the wire, or by that in WIT, of which `wasi:` becomes `wrpc:` on the way. */
function isCalledSo(name: string, wanted: string): boolean {
  return isSameInterface(name, wanted) || unversioned(name) === unversioned(wanted).replace(/^wasi:/, 'wrpc:')
}

function requireRunning(inventories: readonly HostInventory[], id: string | undefined): void {
  const running = idsOf(inventories)
  if (id === undefined || running.includes(id)) return
  const near = suggest(id, running)
  throw new AppError('NOT_RUNNING', `No host runs a component or provider "${id}"`, {
    hint: near === undefined ? 'Run: washi get inventory' : `Did you mean "${near}"?`,
  })
}

function idsOf(inventories: readonly HostInventory[]): readonly string[] {
  return inventories.flatMap(({ components, providers }) => [...components, ...providers].map(({ id }) => id))
}

function imagesOf(inventories: readonly HostInventory[]): ReadonlyMap<string, string> {
  return new Map(
    inventories.flatMap(({ components }) => components.map(({ id, image_ref }) => [id, image_ref] as const)),
  )
}
