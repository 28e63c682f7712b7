/** What completion knows of a command: the part of oclif's manifest that it needs. */
export interface CommandEntry {
  readonly aliases?: readonly string[]
  readonly hidden?: boolean
  readonly args: Readonly<Record<string, { readonly name: string }>>
  readonly flags: Readonly<Record<string, FlagEntry>>
}

/** A flag of a command. */
export interface FlagEntry {
  readonly name: string
  readonly char?: string
  readonly type: 'option' | 'boolean'
  readonly options?: readonly string[]
  readonly hidden?: boolean
}

/** All commands by id: `app:deploy`. */
export type CommandTable = Readonly<Record<string, CommandEntry>>

/** A command with what was typed behind it. */
export interface TypedCommand {
  readonly id: string
  readonly entry: CommandEntry
  readonly rest: readonly string[]
}

/** The command that the words begin with, by its id or an alias; undefined where it is not complete. */
export function findTyped(commands: CommandTable, words: readonly string[]): TypedCommand | undefined {
  for (const length of [2, 1]) {
    const typed = words.slice(0, length).join(':')
    const found = Object.entries(commands).find(
      ([id, { aliases = [] }]) => id === typed || aliases.includes(typed),
    )
    if (found && words.length >= length) return { id: found[0], entry: found[1], rest: words.slice(length) }
  }
  return undefined
}
