/**
 * A message on its way from a publisher to its subscribers: bytes [start, end) hold the header block and the payload.
 * A parser reuses one object for all that it reads, so it is valid only during the call that hands it over; the bytes
 * stay valid.
 */
export interface Publication {
  readonly subject: string
  readonly reply: string | undefined
  /** Length of the header block at the start of the bytes; 0 where there is none. */
  readonly headerBytes: number
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}
