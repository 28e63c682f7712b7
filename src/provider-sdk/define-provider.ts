import { ComponentError, errorPayload } from '../host/engine/linker/runtime/errors.js'
import type {
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderDefinition,
  ProviderLink,
} from '../host/provider.js'
import { camelLabel } from '../wit/labels.js'
import type { WireFunction } from '../wit/wire/wire-interface.js'
import type { LinkedInterface, ProviderWorld } from './provider-world.js'

/** Who calls, and over which of its links. */
export interface Caller {
  readonly sourceId: string
  readonly linkName: string
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal
}

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>

/** Functions that a provider has for what it serves: each is given the caller first, and may be async. */
export type Served<Exports> = {
  readonly [I in keyof Exports]: {
    readonly [F in keyof Exports[I]]: Exports[I][F] extends (...args: infer Args) => infer Result
      ? (caller: Caller, ...args: Args) => Result | Promise<Awaited<Result>>
      : never
  }
}

/** Functions of a link's target, as a provider calls them. */
export type Called<Imports> = {
  readonly [I in keyof Imports]: {
    readonly [F in keyof Imports[I]]: Imports[I][F] extends (...args: infer Args) => infer Result
      ? (...args: Args) => Promise<Awaited<Result>>
      : never
  }
}

/** What the host lends to a provider while it runs. */
export interface TypedContext<Imports> extends ProviderContext {
  /** What the target of a link offers. Its functions throw ComponentError for the error of a result. */
  target(link: Pick<ProviderLink, 'target' | 'name'>): Called<Imports>
}

/** A provider as its author writes it: only what it needs. */
export interface TypedProvider<Exports> extends Partial<Omit<Provider, 'call'>> {
  /** What it serves, by the names of interfaces without version; `{}` where it serves nothing. */
  readonly exports: Served<Exports>
}

/** How a provider is named, and made. */
export interface DefineProviderOptions<Exports, Imports> {
  readonly name: string
  /** Checks the provider's configuration; does no I/O. Throws AppError for a bad one. */
  create(context: TypedContext<Imports>): TypedProvider<Exports>
}

/**
 * A provider of that world. It runs within a host that is given the definition, or as a process of its own by
 * runProviderProcess().
 */
export function defineProvider<Exports, Imports>(
  world: ProviderWorld<Exports, Imports>,
  { name, create }: DefineProviderOptions<Exports, Imports>,
): ProviderDefinition {
  return {
    name,
    serves: world.exports.map(({ link }) => link),
    calls: world.imports.map(({ link }) => link),
    wire: world.exports.map(({ wire }) => wire),
    create(context) {
      const typed = create({ ...context, target: (link) => callable<Imports>(world.imports, context, link) })
      return complete(typed, answerWith(world.exports, typed.exports))
    },
  }
}

const nothing = async (): Promise<void> => undefined

/** With what its author has left out. */
function complete<Exports>(typed: TypedProvider<Exports>, call: NonNullable<Provider['call']>): Provider {
  const method = <Key extends 'start' | 'linkAsSource' | 'linkAsTarget' | 'unlink' | 'stop'>(
    key: Key,
  ): Provider[Key] =>
    // Of the same object: it may be an instance of a class.
    (typed[key]?.bind(typed) ?? nothing) as Provider[Key]
  return {
    start: method('start'),
    linkAsSource: method('linkAsSource'),
    linkAsTarget: method('linkAsTarget'),
    unlink: method('unlink'),
    stop: method('stop'),
    health: async () => (await typed.health?.()) ?? { healthy: true },
    ...(typed.configure ? { configure: typed.configure.bind(typed) } : {}),
    ended: typed.ended,
    stopsWithLinks: typed.stopsWithLinks,
    call,
  }
}

function answerWith(exports: readonly LinkedInterface[], served: object): NonNullable<Provider['call']> {
  const functions = new Map(
    exports.flatMap(({ link, wire }) => {
      const given = (served as Readonly<Record<string, Functions>>)[link]
      return wire.functions.map((declared) => {
        const own = given?.[camelLabel(declared.name)]
        return [`${wire.name} ${declared.name}`, { declared, call: own?.bind(given) }] as const
      })
    }),
  )
  return async ({ instance, function: name, args, sourceId, linkName, signal }: ProviderCall) => {
    const found = functions.get(`${instance} ${name}`)
    if (!found?.call) throw new Error(`the provider has no ${name} of ${instance}`)
    const { call, declared } = found
    // The types of the world say what they are.
    return await outcomeOf(
      declared,
      async () => await call(...([{ sourceId, linkName, signal }, ...args] as never[])),
    )
  }
}

/** A function of a result returns the ok side, and throws the other. */
async function outcomeOf({ result }: WireFunction, call: () => Promise<unknown>): Promise<unknown> {
  if (result?.kind !== 'result') return await call()
  try {
    return { tag: 'ok', val: await call() }
  } catch (thrown) {
    return { tag: 'err', val: errorPayload(thrown) }
  }
}

function callable<Imports>(
  imports: readonly LinkedInterface[],
  context: ProviderContext,
  { target: targetId, name: linkName }: Pick<ProviderLink, 'target' | 'name'>,
): Called<Imports> {
  const interfaces = imports.map(({ link, wire }) => [
    link,
    Object.fromEntries(
      wire.functions.map((declared) => [
        camelLabel(declared.name),
        async (...args: unknown[]) => {
          const value = await context.call({ targetId, linkName, of: wire, function: declared.name, args })
          return valueOf(declared, value)
        },
      ]),
    ),
  ])
  // Generated from the same WIT as the types.
  return Object.fromEntries(interfaces) as Called<Imports>
}

function valueOf({ result }: WireFunction, value: unknown): unknown {
  if (result?.kind !== 'result') return value
  const { tag, val } = value as { readonly tag: 'ok' | 'err'; readonly val: unknown } // decoded as such
  if (tag === 'ok') return val
  throw new ComponentError(val)
}
