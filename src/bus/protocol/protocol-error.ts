/** The client broke the protocol, or a limit: it is told `wireText` in -ERR, and its connection ends. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly wireText: string

  constructor(wireText: string) {
    super(wireText)
    this.wireText = wireText
  }
}

/** What nats-server says to bytes that are no operation. */
export function unknownOperation(): ProtocolError {
  return new ProtocolError('Unknown Protocol Operation')
}
