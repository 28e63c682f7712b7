/**
 * Every expected failure, by code, with the exit code of the command that meets it:
 * 1 the work failed, 2 the usage or the input was wrong, 130 interrupted.
 * docs/errors.md has one section per code; a test holds the two together.
 */
const catalogue = {
  APP_DEPLOY_FAILED: { exit: 1 },
  APP_DEPLOY_TIMED_OUT: { exit: 1 },
  APP_MANAGER_UNAVAILABLE: { exit: 1 },
  APP_NOT_FOUND: { exit: 1 },
  APP_REQUEST_REFUSED: { exit: 1 },
  APP_UNSUPPORTED: { exit: 2 },
  BUCKET_UNAVAILABLE: { exit: 1 },
  BUILD_FAILED: { exit: 1 },
  BUS_IN_USE: { exit: 1 },
  BUS_LISTEN_FAILED: { exit: 1 },
  BUS_PORT_IN_USE: { exit: 1 },
  BUS_STORE_LOCKED: { exit: 1 },
  BUS_STORE_UNREADABLE: { exit: 1 },
  CALL_FAILED: { exit: 1 },
  CALL_RETURNED_ERROR: { exit: 1 },
  CAPTURE_INVALID: { exit: 2 },
  COMPONENT_CLAIMS_INVALID: { exit: 2 },
  COMPONENT_IMPORTS_MISSING: { exit: 1 },
  COMPONENT_INVALID: { exit: 2 },
  COMPONENT_MEMORY_TOO_LARGE: { exit: 1 },
  COMPONENT_NOT_FOUND: { exit: 2 },
  COMPONENT_REFERENCE_INVALID: { exit: 2 },
  COMPONENT_REFERENCE_UNSUPPORTED: { exit: 2 },
  COMPONENT_START_FAILED: { exit: 1 },
  COMPONENT_TYPES_UNKNOWN: { exit: 2 },
  COMPONENT_UNSUPPORTED: { exit: 2 },
  CONFIG_NOT_FOUND: { exit: 1 },
  CONTEXT_EXISTS: { exit: 1 },
  CONTEXT_INVALID: { exit: 2 },
  CONTEXT_NOT_FOUND: { exit: 2 },
  CONTROL_ANSWER_INVALID: { exit: 1 },
  CONTROL_REFUSED: { exit: 1 },
  CREDENTIALS_INVALID: { exit: 2 },
  EDITOR_FAILED: { exit: 1 },
  EFFECT_TIMED_OUT: { exit: 1 },
  ENGINE_NOT_INSTALLED: { exit: 1 },
  FAKE_INVALID: { exit: 2 },
  FUNCTION_NOT_FOUND: { exit: 2 },
  HOST_AMBIGUOUS: { exit: 2 },
  HOST_DATA_INVALID: { exit: 1 },
  HOST_GONE: { exit: 1 },
  HOST_NOT_FOUND: { exit: 1 },
  HOST_NOT_RUNNING: { exit: 1 },
  HOST_START_FAILED: { exit: 1 },
  HTTP_ADDRESS_IN_USE: { exit: 1 },
  HTTP_ADDRESS_UNUSABLE: { exit: 1 },
  HTTP_ROUTE_TAKEN: { exit: 1 },
  ID_AMBIGUOUS: { exit: 2 },
  ID_INVALID: { exit: 2 },
  INTERRUPTED: { exit: 130 },
  KEY_NOT_FOUND: { exit: 2 },
  LABEL_FAILED: { exit: 1 },
  LATTICE_CLOSED: { exit: 1 },
  LATTICE_EMPTY: { exit: 1 },
  LATTICE_NO_RESPONDERS: { exit: 1 },
  LATTICE_TIMEOUT: { exit: 1 },
  LATTICE_UNREACHABLE: { exit: 1 },
  LINKS_LEFT: { exit: 1 },
  LINK_AMBIGUOUS: { exit: 2 },
  LINK_CONFIG_INVALID: { exit: 2 },
  LINK_EXISTS: { exit: 2 },
  LINK_FAILED: { exit: 1 },
  LINK_NOT_FOUND: { exit: 1 },
  LINK_REFUSED: { exit: 1 },
  MANIFEST_DISAGREES: { exit: 1 },
  MANIFEST_IMAGE_INVALID: { exit: 2 },
  MANIFEST_INVALID: { exit: 2 },
  MANIFEST_UNREADABLE: { exit: 2 },
  NOT_RUNNING: { exit: 1 },
  POLICY_UNAVAILABLE: { exit: 1 },
  PROJECT_EXISTS: { exit: 1 },
  PROJECT_INVALID: { exit: 2 },
  PROJECT_NOT_FOUND: { exit: 2 },
  PROJECT_UNSUPPORTED: { exit: 2 },
  PROVIDER_ARCHIVE_INVALID: { exit: 1 },
  PROVIDER_CALL_FAILED: { exit: 1 },
  PROVIDER_CONFIG_INVALID: { exit: 2 },
  PROVIDER_NOT_EMBEDDED: { exit: 1 },
  PROVIDER_NOT_FOUND: { exit: 1 },
  PROVIDER_START_FAILED: { exit: 1 },
  PROVIDER_STOPPED: { exit: 1 },
  PURGE_REFUSED: { exit: 1 },
  REDIS_UNREACHABLE: { exit: 1 },
  REQUEST_INVALID: { exit: 2 },
  SCALE_FAILED: { exit: 1 },
  SECRETS_BACKEND_UNAVAILABLE: { exit: 1 },
  SECRET_NOT_FOUND: { exit: 1 },
  SECRET_REFERENCE_INVALID: { exit: 1 },
  SECRET_REFUSED: { exit: 1 },
  SECRET_UNREADABLE: { exit: 1 },
  SEED_INVALID: { exit: 2 },
  SESSION_FAILED: { exit: 1 },
  SESSION_RUNNING: { exit: 1 },
  SESSION_START_FAILED: { exit: 1 },
  SESSION_STOP_FAILED: { exit: 1 },
  START_REFUSED: { exit: 1 },
  STORE_CONFLICT: { exit: 1 },
  STORE_DAMAGED: { exit: 1 },
  STORE_UNREACHABLE: { exit: 1 },
  UPDATE_FAILED: { exit: 1 },
  USAGE_INVALID: { exit: 2 },
  WIT_INVALID: { exit: 2 },
  WIT_NOT_FOUND: { exit: 2 },
  WIT_WORLD_NOT_FOUND: { exit: 2 },
} as const satisfies Record<string, { readonly exit: 1 | 2 | 130 }>

/** The code of an expected failure: a key of the catalogue. */
export type ErrorCode = keyof typeof catalogue

/** All codes, in alphabetical order. */
export const errorCodes: readonly ErrorCode[] = (Object.keys(catalogue) as ErrorCode[]).sort()

/** Where in a file a failure lies; lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string
  readonly line?: number | undefined
  readonly column?: number | undefined
}

/** What an AppError carries beside its message. */
export interface ErrorDetails {
  /** One imperative sentence, or the command to run next. */
  readonly hint?: string | undefined
  readonly place?: SourcePlace | undefined
  readonly cause?: unknown
}

/**
 * An expected failure. Anything else that escapes is a bug and prints its stack.
 * The message is sentence case without a period and names what could not be done and the offending value:
 * `Cannot read "a.wasm": no such file`.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly place: SourcePlace | undefined

  constructor(code: ErrorCode, message: string, { hint, place, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
    this.place = place
  }

  /** The process exit code of a command that ends with this error. */
  get exitCode(): 1 | 2 | 130 {
    return catalogue[this.code].exit
  }
}

/** The message of anything thrown; never throws itself. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
