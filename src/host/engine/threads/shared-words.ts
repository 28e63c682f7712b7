/**
 * The words that the main thread and one guest thread share (an Int32Array over a SharedArrayBuffer). They carry what
 * must be seen without a message: the bell that wakes the thread, which calls it has claimed, and how much of an answer
 * the client has taken.
 */
export const Word = {
  /** Counts up whenever the main thread did something that the guest thread should look at; the thread waits on it. */
  bell: 0,
  /** Number of the last call whose guest function has returned (or ended otherwise). */
  returned: 1,
  /** Bytes of log lines that the main thread has taken, modulo 2^32. */
  logTaken: 2,
  /** 1 while the thread waits: it is idle, or its guest is blocked. */
  waits: 3,
  /** First of `slotCount` words, one per slot: what became of the call that the slot was given to. */
  claims: 4,
  /** First of `slotCount` words: bytes of the answer that the client has taken, modulo 2^32. */
  taken: 20,
  /** How long a call of late keeps the thread, in microseconds: a moving average. */
  callMicros: 36,
  /** Token of the other component that runs in the thread just now, within a call over a link; 0 for none. */
  colocated: 37,
} as const

/** Calls that may be with one guest thread at a time, running and waiting. */
export const slotCount = 16

const wordCount = 38

/** Call numbers of one thread stay below this; a thread that reaches it is replaced. */
export const maxCallNumber = 1 << 30

/** Creates the shared words of one thread. */
export function createSharedWords(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(wordCount * Int32Array.BYTES_PER_ELEMENT))
}

/** Main thread: wakes the guest thread if it waits. */
export function ringBell(words: Int32Array): void {
  Atomics.add(words, Word.bell, 1)
  Atomics.notify(words, Word.bell)
}

/** Main thread: offers a call to the thread, which may start it from now on. */
export function offerCall(words: Int32Array, slot: number, call: number): void {
  Atomics.store(words, Word.taken + slot, 0)
  Atomics.store(words, Word.claims + slot, call)
}

/** Guest thread: takes the call; false where the main thread has withdrawn it. */
export function claimCall(words: Int32Array, slot: number, call: number): boolean {
  return Atomics.compareExchange(words, Word.claims + slot, call, -call) === call
}

/** Main thread: takes a call back; false where the thread has already claimed it. */
export function withdrawCall(words: Int32Array, slot: number, call: number): boolean {
  return Atomics.compareExchange(words, Word.claims + slot, call, 0) === call
}

/** Main thread: whether the thread has claimed the call. */
export function isClaimed(words: Int32Array, slot: number, call: number): boolean {
  return Atomics.load(words, Word.claims + slot) === -call
}
