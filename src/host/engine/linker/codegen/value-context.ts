import type { CanonOptions } from '../../../../component/resolve/program.js'
import type { FunctionWriter } from './function-writer.js'
import type { Program } from './program.js'

/** Where a value is lifted or lowered: in which function, and for which lift or lower. */
export interface ValueContext {
  readonly program: Program
  readonly options: CanonOptions
  readonly code: FunctionWriter
  /** The list of handles that the call has lent; present where it may also give some away. */
  readonly lent?: string | undefined
}
