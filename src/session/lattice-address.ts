import type { SessionFiles } from './session-files.js'
import { readLiveSession } from './session-state.js'
import { latticeOf, type Context } from './contexts/context.js'
import {
  chosenDefault,
  initialContext,
  readContext,
  type ContextFolders,
} from './contexts/context-folders.js'

/** What the user said of the lattice; what is left open comes from contexts and from the session that runs. */
export interface LatticeChoice {
  readonly host: string | undefined
  readonly port: number | undefined
  readonly lattice: string | undefined
  readonly jsDomain: string | undefined
  /** Name of a context. */
  readonly context: string | undefined
}

/** Where a lattice is. */
export interface LatticeAddress {
  /** `nats://127.0.0.1:4222` */
  readonly url: string
  readonly lattice: string
  readonly jsDomain: string | undefined
}

/** Where to look for what the user has not said. */
export interface AddressSources {
  readonly session: SessionFiles
  readonly contexts: ContextFolders
}

/**
 * The lattice that a client means: by flags and variables first, then by the context that it names, then by a default
 * context that somebody has chosen, then the session that runs, then the initial context. Throws CONTEXT_NOT_FOUND and
 * CONTEXT_INVALID.
 */
export async function resolveLatticeAddress(
  { session, contexts }: AddressSources,
  choice: LatticeChoice,
): Promise<LatticeAddress> {
  const context = await chosenContext(contexts, choice.context)
  if (context) return fromContext(choice, context)
  const isElsewhere = choice.host !== undefined || choice.port !== undefined
  const live = isElsewhere ? undefined : await readLiveSession(session)
  const initial = await readContext(contexts, initialContext)
  const url = live?.running?.natsUrl
  if (url === undefined) return fromContext(choice, initial)
  return { url, lattice: choice.lattice ?? live?.lattice ?? 'default', jsDomain: choice.jsDomain }
}

/** The initial context is what everybody has without choosing, so it stands behind the session that runs. */
async function chosenContext(
  contexts: ContextFolders,
  named: string | undefined,
): Promise<Context | undefined> {
  if (named !== undefined) return await readContext(contexts, named)
  const name = await chosenDefault(contexts)
  return name === undefined || name === initialContext ? undefined : await readContext(contexts, name)
}

function fromContext(choice: LatticeChoice, context: Context): LatticeAddress {
  return {
    url: `nats://${choice.host ?? context.ctl_host}:${choice.port ?? context.ctl_port}`,
    lattice: choice.lattice ?? latticeOf(context),
    jsDomain: choice.jsDomain ?? context.js_domain ?? undefined,
  }
}
