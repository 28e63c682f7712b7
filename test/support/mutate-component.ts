import { decodeComponent } from '#washi/component/binary/decode-component.js'
import { guestNames, readGuest } from './guests.js'
import { mutate } from './mutate.js'
import { seededRandom } from './random.js'

/** A changed copy of one of the guests. */
export interface Mutant {
  /** What to run the test again with: the seed and the guest. */
  readonly label: string
  readonly bytes: Uint8Array
}

interface Guest {
  readonly name: string
  readonly bytes: Uint8Array
  /** Where its core modules lie, the first to the last. */
  readonly code: { readonly start: number; readonly end: number }
}

const guests: readonly Guest[] = guestNames.map((name) => {
  const bytes = readGuest(name)
  const modules = decodeComponent(bytes).filter((definition) => definition.kind === 'core-module')
  return { name, bytes, code: { start: modules[0]?.start ?? 8, end: modules.at(-1)?.end ?? 8 } }
})

/** How the bytes of a mutant differ from those of its guest. */
export type MutationKind = keyof typeof mutations

/** The mutant of that seed, always the same one. */
export function mutantOf(kind: MutationKind, seed: number): Mutant {
  const guest = guests[seed % guests.length]
  if (!guest) throw new Error('there are no guests')
  return {
    label: `${kind} mutant ${seed} of ${guest.name}`,
    bytes: mutations[kind](guest, seededRandom(seed)),
  }
}

const mutations = {
  /** Anything, anywhere. */
  whole: ({ bytes }: Guest, random: () => number) => mutate(new Uint8Array(bytes), random),
  /** Anything in the definitions before the core modules, or in those after them. */
  definitions: ({ bytes, code }: Guest, random: () => number) =>
    random() < 0.5
      ? concat(mutate(bytes.slice(0, code.start), random), bytes.subarray(code.start))
      : concat(bytes.subarray(0, code.end), mutate(bytes.slice(code.end), random)),
  /** Small numbers of the definitions, of which most are indices, made slightly smaller or greater. */
  indices: nudge,
}

/** Lengths of at most two letters are as short as indices; what is longer is mostly text. */
const letters = { first: 0x2d, last: 0x7a }

function nudge({ bytes, code }: Guest, random: () => number): Uint8Array {
  const changed = new Uint8Array(bytes)
  const room = bytes.length - (code.end - code.start) - 8
  for (let left = 1 + Math.floor(random() * 2); left > 0; ) {
    const place = 8 + Math.floor(random() * room)
    const at = place < code.start ? place : place + code.end - code.start
    const byte = changed[at] ?? 0
    if (byte >= letters.first && byte <= letters.last && random() < 0.9) continue
    changed[at] = byte + ([-3, -2, -1, 1, 2, 3][Math.floor(random() * 6)] ?? 0)
    left--
  }
  return changed
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}
