/** What a client may send at most. */
export interface ProtocolLimits {
  /** One line without its line end; CONNECT is exempt. */
  readonly maxControlLineBytes: number
  /** The line of CONNECT, which may carry a token. */
  readonly maxConnectBytes: number
  /** Header block and payload of one message. */
  readonly maxPayloadBytes: number
}

/** The limits of nats-server, and one for CONNECT. */
export const defaultProtocolLimits: ProtocolLimits = {
  maxControlLineBytes: 4096,
  maxConnectBytes: 64 * 1024,
  maxPayloadBytes: 1024 * 1024,
}
