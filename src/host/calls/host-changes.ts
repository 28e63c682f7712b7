/**
 * Counts what has changed on a host that calls depend on: links, components, configurations. Guest threads look at the
 * count before they use what they remember of others.
 */
export class HostChanges {
  /** One word, shared with the threads. */
  readonly word = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

  /** Something has changed: the next call of each guest looks anew. */
  advance(): void {
    Atomics.add(this.word, 0, 1)
  }
}
