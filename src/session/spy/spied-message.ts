import type { ValueType } from '../../wit/model.js'

/** A value with what it is. */
export interface SpiedValue {
  /** Empty for a result. */
  readonly name: string
  readonly type: ValueType
  readonly value: unknown
}

/** Values of a message; undefined where their types are not known here, or the bytes do not fit them or were too many. */
export interface SpiedValues {
  readonly values: readonly SpiedValue[] | undefined
  /** Bytes on the wire. */
  readonly size: number
}

/** A call, or the answer to one, as a spy sees it. */
export interface SpiedMessage {
  readonly kind: 'call' | 'answer'
  /** The same for a call and its answer. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly time: number
  /** Who calls. */
  readonly source: string
  /** Who is called. */
  readonly target: string
  readonly link: string
  /** With version, as on the wire; empty for a function of the world. */
  readonly interface: string
  readonly function: string
  /** The parameters of a call, the result of an answer. */
  readonly payload: SpiedValues
  /** Of an answer: how long it took. */
  readonly durationMs?: number | undefined
  /** Of an answer: why there is no result. */
  readonly failure?: string | undefined
  /** Of an answer: bytes of streams and futures by index path, `params.0.0`. */
  readonly streams?: Readonly<Record<string, number>> | undefined
}

/** Which calls a spy tells. */
export interface SpyFilter {
  /** From or to that component or provider. */
  readonly id?: string | undefined
  /** With or without version. */
  readonly interface?: string | undefined
  readonly function?: string | undefined
}

/** A call before its values are decoded. */
export interface RawCall {
  readonly id: string
  readonly time: number
  readonly source: string
  readonly target: string
  readonly link: string
  readonly interface: string
  readonly function: string
  readonly params: Uint8Array | undefined
  readonly size: number
}

/** Its answer. */
export interface RawAnswer {
  readonly id: string
  readonly time: number
  readonly durationMs: number
  readonly result: Uint8Array | undefined
  readonly size: number
  readonly failure: string | undefined
  readonly streams: Readonly<Record<string, number>>
}

/** Takes what is overheard. */
export interface SpySink {
  onCall(call: RawCall): void
  onAnswer(answer: RawAnswer): void
}
