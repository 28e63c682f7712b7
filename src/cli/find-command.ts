import { AppError } from '../core/errors.js'
import { leadingWords } from './argv.js'
import { suggest } from '../core/suggest.js'

/** What the command line names: a command with its arguments, a group of commands, or nothing that exists. */
export type Found =
  | { readonly kind: 'command'; readonly id: string; readonly argv: readonly string[] }
  | { readonly kind: 'group'; readonly id: string }
  | { readonly kind: 'none' }

/** Ids are oclif's: `app:deploy`. Aliases count as ids. */
export interface CommandIds {
  readonly commands: readonly string[]
}

/** Finds the longest command that the leading words spell. Throws USAGE_INVALID with a suggestion for an unknown one. */
export function findCommand(argv: readonly string[], { commands }: CommandIds): Found {
  const words = leadingWords(argv)
  const known = new Set(commands)
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':')
    if (known.has(id)) return { kind: 'command', id, argv: argv.slice(length) }
  }
  if (words.length === 0) return { kind: 'none' }
  const id = words.join(':')
  if (commands.some((command) => command.startsWith(`${id}:`))) return { kind: 'group', id }
  throw unknownCommand(words, commands)
}

function unknownCommand(words: readonly string[], commands: readonly string[]): AppError {
  const groupDepth = longestGroup(words, commands)
  const typed = words.slice(0, groupDepth + 1)
  const siblings = commands.map((command) =>
    command
      .split(':')
      .slice(0, groupDepth + 1)
      .join(' '),
  )
  const near = suggest(typed.join(' '), [...new Set(siblings)])
  const group = words.slice(0, groupDepth).join(' ')
  return new AppError('USAGE_INVALID', `Unknown command "washi ${typed.join(' ')}"`, {
    hint:
      near === undefined
        ? `Run "washi ${group === '' ? '' : `${group} `}--help"`
        : `Did you mean "washi ${near}"?`,
  })
}

function longestGroup(words: readonly string[], commands: readonly string[]): number {
  for (let length = words.length - 1; length > 0; length--) {
    const prefix = `${words.slice(0, length).join(':')}:`
    if (commands.some((command) => command.startsWith(prefix))) return length
  }
  return 0
}
