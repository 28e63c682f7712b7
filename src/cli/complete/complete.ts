import { findTyped, type CommandTable, type FlagEntry, type TypedCommand } from './command-table.js'

/** Where values come from that only the lattice knows. */
export interface LiveValues {
  /** Candidates for a value of that kind, with what was typed before; none where nothing can be learned in time. */
  of(kind: ValueKind, before: readonly string[]): Promise<readonly string[]>
}

/** Kinds of values. */
export type ValueKind =
  | 'component'
  | 'provider'
  | 'party'
  | 'host'
  | 'application'
  | 'context'
  | 'key'
  | 'config'
  | 'link-name'
  | 'function'
  | 'template'

/** By the name of an argument; `name` depends on the command. */
const argumentKinds: Readonly<Record<string, ValueKind>> = {
  'component-id': 'component',
  'provider-id': 'provider',
  'host-id': 'host',
  'source-id': 'party',
  target: 'party',
  function: 'function',
  keyname: 'key',
  application: 'application',
}

const flagKinds: Readonly<Record<string, ValueKind>> = {
  'host-id': 'host',
  'source-id': 'party',
  'target-id': 'party',
  component: 'component',
  'link-name': 'link-name',
  context: 'context',
  target: 'party',
  config: 'config',
  'source-config': 'config',
  'target-config': 'config',
  'template-name': 'template',
}

/** By the group of a command whose argument is `name`. */
const nameKinds: Readonly<Record<string, ValueKind>> = {
  app: 'application',
  ctx: 'context',
  config: 'config',
}

/** Candidates for the last of the words, which may be empty; sorted. Files are left to the shell. */
export async function complete(
  commands: CommandTable,
  words: readonly string[],
  live: LiveValues,
): Promise<readonly string[]> {
  const typed = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const command = findTyped(commands, before)
  const candidates = command ? await forCommand(command, typed, live) : nextWords(commands, before)
  return [...new Set(candidates)].filter((candidate) => candidate.startsWith(typed)).sort()
}

function nextWords(commands: CommandTable, before: readonly string[]): readonly string[] {
  const prefix = before.map((word) => `${word}:`).join('')
  return Object.entries(commands).flatMap(([id, { hidden, aliases = [] }]) =>
    hidden
      ? []
      : [id, ...aliases]
          .filter((name) => name.startsWith(prefix))
          .map((name) => name.slice(prefix.length).split(':')[0] ?? ''),
  )
}

async function forCommand(
  { id, entry, rest }: TypedCommand,
  typed: string,
  live: LiveValues,
): Promise<readonly string[]> {
  const flags = Object.values(entry.flags)
  const waiting = flagThatWaits(flags, rest.at(-1))
  if (waiting) return waiting.options ?? (await valuesOf(flagKinds[waiting.name], rest, live))
  if (typed.startsWith('-')) return flags.filter(({ hidden }) => !hidden).map(({ name }) => `--${name}`)
  const positionals = withoutFlags(flags, rest)
  const names = Object.keys(entry.args)
  const name = names[positionals.length]
  if (name === undefined) return []
  // A spy takes providers, too.
  const spied = id === 'spy' && name === 'component-id' ? 'party' : undefined
  const kind = spied ?? (name === 'name' ? nameKinds[id.split(':')[0] ?? ''] : argumentKinds[name])
  return await valuesOf(kind, positionals, live)
}

async function valuesOf(
  kind: ValueKind | undefined,
  before: readonly string[],
  live: LiveValues,
): Promise<readonly string[]> {
  return kind === undefined ? [] : await live.of(kind, before)
}

/** The flag whose value comes next, if one does. */
function flagThatWaits(flags: readonly FlagEntry[], last: string | undefined): FlagEntry | undefined {
  if (last === undefined || !last.startsWith('-') || last.includes('=')) return undefined
  return flags.find(
    ({ name, char, type }) => type === 'option' && (last === `--${name}` || last === `-${char}`),
  )
}

/** The words that are arguments: no flags, and no values of flags. */
function withoutFlags(flags: readonly FlagEntry[], words: readonly string[]): readonly string[] {
  return words.filter((word, index) => !word.startsWith('-') && !flagThatWaits(flags, words[index - 1]))
}
