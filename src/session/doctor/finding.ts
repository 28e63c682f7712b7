/** What was looked at. */
export type CheckName =
  | 'node'
  | 'folders'
  | 'session'
  | 'store'
  | 'ports'
  | 'bus'
  | 'hosts'
  | 'clocks'
  | 'toolchains'

/**
 * What a check found: `ok` is as it should be, a `note` does no harm, a `warning` will, an `error` does already.
 */
export interface Finding {
  readonly check: CheckName
  readonly level: 'ok' | 'note' | 'warning' | 'error'
  readonly message: string
  /** What to do: a command, or one sentence. */
  readonly fix?: string | undefined
  /** Does it where that is safe: nothing is lost. Throws what it failed of. */
  readonly repair?: (() => Promise<void>) | undefined
}

/** Whether somebody should do something. */
export function isProblem({ level }: Pick<Finding, 'level'>): boolean {
  return level === 'warning' || level === 'error'
}
