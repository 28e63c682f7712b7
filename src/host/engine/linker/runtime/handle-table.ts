import { trap } from './errors.js'
import { disposeOf } from './dispose.js'

/** Most handles that one component instance may have: each costs the host memory that no limit of the guest's counts. */
const maxHandles = 1_000_000

/** Tag of a slot that holds nothing. */
const free = -1

/**
 * The handles of one component instance. A slot holds the JavaScript object of a resource (for resources that the
 * instance itself defines: its representation); its tag is twice the number of the resource type, plus 1 where the
 * handle is owned. Slot 0 is never used; free slots are chained by their values.
 */
export class HandleTable {
  readonly values: unknown[] = [0]
  readonly tags: number[] = [free]
  firstFree = 0
  /** Borrowed handles that the running call has received and not dropped yet. */
  borrows = 0
  /** The representation of the handle that was dropped last. */
  dropped: unknown = undefined
}

/** Puts a value in and returns its handle. */
export function addHandle(table: HandleTable, tag: number, value: unknown): number {
  const slot = table.firstFree
  if (slot !== 0) {
    table.firstFree = table.values[slot] as number // free slots hold the next one
    table.values[slot] = value
    table.tags[slot] = tag
    return slot
  }
  const handle = table.values.length
  if (handle > maxHandles) trap(`more than ${maxHandles} handles`)
  table.values.push(value)
  table.tags.push(tag)
  return handle
}

/** Lends a value to the running call, which has to drop the handle before it ends. */
export function lendHandle(table: HandleTable, resource: number, value: unknown): number {
  table.borrows++
  return addHandle(table, resource * 2, value)
}

/** The value of a handle, owned or borrowed. */
export function getHandle(table: HandleTable, resource: number, handle: number): unknown {
  const tag = table.tags[handle]
  if (tag === undefined || tag >> 1 !== resource) unknownHandle(handle)
  return table.values[handle]
}

/** Takes an owned handle out and returns its value. */
export function takeHandle(table: HandleTable, resource: number, handle: number): unknown {
  if (table.tags[handle] !== resource * 2 + 1) unknownHandle(handle)
  const value = table.values[handle]
  freeSlot(table, handle)
  return value
}

/** As takeHandle(), for a call that has lent handles already: those cannot be given away. */
export function takeUnlentHandle(
  table: HandleTable,
  resource: number,
  handle: number,
  lent: readonly number[],
): unknown {
  if (lent.includes(handle)) trap(`handle ${handle} is lent and cannot be given away`)
  return takeHandle(table, resource, handle)
}

/** Drops a handle of a foreign resource; an owned one is disposed of. */
export function dropHandle(table: HandleTable, resource: number, handle: number): void {
  const value = getHandle(table, resource, handle)
  const isOwned = removeHandle(table, handle)
  if (isOwned) disposeOf(value)
}

/** Drops a handle of a resource that the instance defines; whether what is in `dropped` then has to be destroyed. */
export function dropOwnHandle(table: HandleTable, resource: number, handle: number): boolean {
  table.dropped = getHandle(table, resource, handle)
  return removeHandle(table, handle)
}

/** Frees a slot that is in use; returns whether its handle was owned. */
function removeHandle(table: HandleTable, handle: number): boolean {
  const isOwned = ((table.tags[handle] ?? free) & 1) === 1
  freeSlot(table, handle)
  if (!isOwned) table.borrows--
  return isOwned
}

function freeSlot(table: HandleTable, handle: number): void {
  table.tags[handle] = free
  table.values[handle] = table.firstFree
  table.firstFree = handle
}

function unknownHandle(handle: number): never {
  trap(`unknown handle ${handle}`)
}

/** Refuses the end of a call that keeps borrowed handles. */
export function borrowsRemain(): never {
  trap('borrowed handles remain at the end of the call')
}

/** Empties a table, as when its instance ends: what is owned is disposed of, the youngest first. */
export function clearHandles(table: HandleTable): void {
  const { values, tags } = table
  for (let handle = values.length - 1; handle > 0; handle--) {
    const tag = tags[handle]
    if (tag === undefined || tag === free || (tag & 1) === 0) continue
    try {
      disposeOf(values[handle])
    } catch {
      // A resource that cannot be disposed of must not keep the others from it; nobody is left to be told.
    }
  }
  values.length = 1
  tags.length = 1
  table.firstFree = 0
  table.borrows = 0
}
