/** A refusal of the JetStream API: what clients see as `error`. The texts are nats-server's, clients compare them. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** Like an HTTP status. */
  readonly code: number
  /** Which refusal it is. */
  readonly errorCode: number

  constructor(code: number, errorCode: number, description: string) {
    super(description)
    this.code = code
    this.errorCode = errorCode
  }

  toJSON(): { readonly code: number; readonly err_code: number; readonly description: string } {
    return { code: this.code, err_code: this.errorCode, description: this.message }
  }
}

/** The refusals, by name. Each call makes a new one. */
export const refusals = {
  badRequest: () => new ApiError(400, 10003, 'bad request'),
  cannotCreateConsumer: (reason: string) => new ApiError(500, 10012, reason),
  consumerNameInUse: () => new ApiError(400, 10013, 'consumer name already in use'),
  consumerNotFound: () => new ApiError(404, 10014, 'consumer not found'),
  expectedStreamMismatch: () => new ApiError(400, 10060, 'expected stream does not match'),
  headersTooLarge: () => new ApiError(400, 10097, 'header size exceeds maximum allowed of 64k'),
  insufficientResources: () => new ApiError(503, 10023, 'insufficient resources'),
  internal: (reason: string) => new ApiError(500, 10000, reason),
  invalidConfig: (reason: string) => new ApiError(500, 10052, reason),
  invalidJson: (reason: string) => new ApiError(400, 10025, `invalid JSON: ${reason}`),
  invalidPolicy: (reason: string) => new ApiError(400, 10094, reason),
  messageDeleteFailed: (reason: string) => new ApiError(500, 10057, reason),
  messageTooLarge: () => new ApiError(400, 10054, 'message size exceeds maximum allowed'),
  noMessage: () => new ApiError(404, 10037, 'no message found'),
  notEmptyRequest: () => new ApiError(400, 10038, 'expected an empty request payload'),
  purgeFailed: (reason: string) => new ApiError(500, 10110, reason),
  replicasNotSupported: () => new ApiError(500, 10074, 'replicas > 1 not supported in non-clustered mode'),
  rollupFailed: (reason: string) => new ApiError(500, 10111, reason),
  sequenceNotFound: (sequence: number) => new ApiError(400, 10043, `sequence ${sequence} not found`),
  storeFailed: (reason: string) => new ApiError(503, 10077, reason),
  streamMismatch: () => new ApiError(400, 10056, 'stream name in subject does not match request'),
  streamNameInUse: () =>
    new ApiError(400, 10058, 'stream name already in use with a different configuration'),
  streamNotFound: () => new ApiError(404, 10059, 'stream not found'),
  streamSealed: () => new ApiError(400, 10109, 'invalid operation on sealed stream'),
  subjectsOverlap: () => new ApiError(400, 10065, 'subjects overlap with an existing stream'),
  wrongLastMessageId: (id: string) => new ApiError(400, 10070, `wrong last msg ID: ${id}`),
  wrongLastSequence: (sequence: number) => new ApiError(400, 10071, `wrong last sequence: ${sequence}`),
} as const
