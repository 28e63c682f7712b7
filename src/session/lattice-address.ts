import { AppError } from '../core/errors.js'
import type { LatticeAccess, LatticeLogin } from '../lattice/access.js'
import { readAccess, type AccessChoice } from './access/read-access.js'
import { latticeOf, type Context } from './contexts/context.js'
import {
  chosenDefault,
  initialContext,
  readContext,
  type ContextFolders,
} from './contexts/context-folders.js'
import type { SessionFiles } from './session-files.js'
import { readLiveSession } from './session-state.js'

/** What the user said of the lattice; what is left open comes from contexts and from the session that runs. */
export interface LatticeChoice {
  /** A name or address; also with `nats://` or `tls://`, and with `user:password@`, before it. */
  readonly host: string | undefined
  readonly port: number | undefined
  readonly lattice: string | undefined
  readonly jsDomain: string | undefined
  readonly timeoutMs?: number | undefined
  readonly access?: AccessChoice | undefined
  /** Name of a context. */
  readonly context: string | undefined
}

/** Where a lattice is, and how to get in. */
export interface LatticeAddress {
  /** `nats://127.0.0.1:4222`, never with credentials. */
  readonly url: string
  readonly lattice: string
  readonly jsDomain: string | undefined
  readonly access: LatticeAccess
  /** How long to wait for answers. */
  readonly timeoutMs: number
}

/** Where to look for what the user has not said. */
export interface AddressSources {
  readonly session: SessionFiles
  readonly contexts: ContextFolders
}

const defaultTimeoutMs = 2_000

/**
 * The lattice that a client means: by flags and variables first, then by the context that it names, then by a default
 * context that somebody has chosen, then the session that runs, then the initial context. Throws CONTEXT_NOT_FOUND,
 * CONTEXT_INVALID and CREDENTIALS_INVALID.
 */
export async function resolveLatticeAddress(
  { session, contexts }: AddressSources,
  choice: LatticeChoice,
): Promise<LatticeAddress> {
  const context = await chosenContext(contexts, choice.context)
  if (context) return await fromContext(choice, context)
  const isElsewhere = choice.host !== undefined || choice.port !== undefined
  const live = isElsewhere ? undefined : await readLiveSession(session)
  const initial = await readContext(contexts, initialContext)
  const url = live?.running?.natsUrl
  if (url === undefined) return await fromContext(choice, initial)
  return {
    url,
    lattice: choice.lattice ?? live?.lattice ?? 'default',
    jsDomain: choice.jsDomain,
    access: await readAccess(choice.access ?? {}, { isTls: false, login: undefined }),
    timeoutMs: choice.timeoutMs ?? defaultTimeoutMs,
  }
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

async function fromContext(choice: LatticeChoice, context: Context): Promise<LatticeAddress> {
  const { host, isTls, login } = readHost(choice.host ?? context.ctl_host)
  const { access = {} } = choice
  return {
    url: `nats://${host}:${choice.port ?? context.ctl_port}`,
    lattice: choice.lattice ?? latticeOf(context),
    jsDomain: choice.jsDomain ?? context.js_domain ?? undefined,
    access: await readAccess(
      {
        jwt: access.jwt ?? context.ctl_jwt ?? undefined,
        seed: access.seed ?? context.ctl_seed ?? undefined,
        credsFile: access.credsFile ?? context.ctl_credsfile ?? undefined,
        tlsCaFile: access.tlsCaFile ?? context.ctl_tls_ca_file ?? undefined,
        isTlsFirst: access.isTlsFirst ?? context.ctl_tls_first ?? undefined,
      },
      { isTls, login },
    ),
    timeoutMs: choice.timeoutMs ?? context.ctl_timeout,
  }
}

interface HostPart {
  readonly host: string
  readonly isTls: boolean
  readonly login: LatticeLogin | undefined
}

/** Takes credentials off the host, so that no message about an address can show them. Throws USAGE_INVALID. */
function readHost(text: string): HostPart {
  const [, scheme, user, password, host] =
    /^(?:(nats|tls):\/\/)?(?:([^:@/]*):([^@/]*)@)?(\[[0-9a-fA-F:.]+\]|[^:@/[\]]+)$/.exec(text) ?? []
  if (host === undefined) {
    throw new AppError('USAGE_INVALID', `Not the name or address of a host: "${text.replace(/^.*@/, '')}"`, {
      hint: 'The port has a flag of its own: --ctl-host localhost --ctl-port 4222',
    })
  }
  const login =
    user === undefined || password === undefined
      ? undefined
      : ({ kind: 'password', user: decode(user), password: decode(password) } as const)
  return { host, isTls: scheme === 'tls', login }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a "%" that stands for itself
  }
}
