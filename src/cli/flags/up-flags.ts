import { boolean } from '@oclif/core/flags'
import { hostFlags } from './host-flags.js'
import type { HostFlags } from './host-flags.js'
import { upBusFlags } from './up-bus-flags.js'
import type { UpBusFlags } from './up-bus-flags.js'

/** The flags of `up`, with wash's names and variables where wash has them. */
export const upFlags = {
  detached: boolean({
    char: 'd',
    aliases: ['detach'],
    summary: 'Run in the background; return once the lattice works.',
  }),
  ...upBusFlags,
  ...hostFlags,
}

/** Their values. */
export type UpFlags = UpBusFlags & HostFlags

/** Flags whose values others must not see among the arguments of a process: they go by the environment. */
const secrets = ['host-seed', 'ctl-jwt', 'ctl-seed', 'rpc-jwt', 'rpc-seed'] as const

/** The command line that runs the same session in the foreground, without the secrets. */
export function toUpArguments(flags: UpFlags): string[] {
  const hidden = new Set<string>([...secrets, 'detached', 'multi-local'])
  return Object.keys(upFlags)
    .filter((name) => !hidden.has(name))
    .flatMap((name) => toArguments(name, flags[name as keyof UpFlags]))
}

/** The secrets, as variables of the process that runs the session. */
export function toUpEnvironment(flags: UpFlags): Record<string, string | undefined> {
  return Object.fromEntries(secrets.map((name) => [upFlags[name].env, flags[name]]))
}

function toArguments(name: string, value: UpFlags[keyof UpFlags]): string[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value.map((each) => `--${name}=${String(each)}`)
  if (typeof value !== 'boolean') return [`--${name}=${String(value)}`]
  if (value) return [`--${name}`]
  const flag = (upFlags as Readonly<Record<string, { readonly allowNo?: boolean }>>)[name]
  return flag?.allowNo === true ? [`--no-${name}`] : []
}
