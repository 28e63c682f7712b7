import { stripVTControlCharacters } from 'node:util'
import { AppError } from '../core/errors.js'
import { suggest } from '../core/suggest.js'

/** What a parse error says beside its message; oclif puts it there but does not export the types. */
interface ParseErrorShape {
  readonly flags?: readonly string[]
  readonly args?: readonly (string | { readonly name: string })[]
}

/** What the parser knew when it failed. */
export interface UsageContext {
  /** As typed: `app deploy`. */
  readonly command: string
  /** Names of the command's flags, without dashes. */
  readonly flags: readonly string[]
}

/** Turns an error of oclif's parser into ours: one sentence, a suggestion, the command that explains usage. */
export function toUsageError(error: Error, { command, flags }: UsageContext): AppError {
  const help = `Run "washi ${command} --help"`
  const { flags: unknownFlags, args } = error as ParseErrorShape
  switch (error.constructor.name) {
    case 'NonExistentFlagsError': {
      const [unknown = ''] = unknownFlags ?? []
      return usage(
        `Unknown flag ${unknown} for "washi ${command}"`,
        suggestFlag(unknown, flags) ?? help,
        error,
      )
    }
    case 'UnexpectedArgsError':
      return usage(`Unexpected argument "${String(args?.[0])}" for "washi ${command}"`, help, error)
    case 'RequiredArgsError':
      return usage(`Missing argument ${listMissing(args ?? [])} for "washi ${command}"`, help, error)
    default:
      return usage(plainMessage(error), help, error)
  }
}

/** Whether oclif's parser threw it. */
export function isParseError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'oclif' in thrown && exitOf(thrown.oclif) === 2
}

function exitOf(oclif: unknown): unknown {
  return typeof oclif === 'object' && oclif !== null && 'exit' in oclif ? oclif.exit : undefined
}

function usage(message: string, hint: string, cause: Error): AppError {
  return new AppError('USAGE_INVALID', message, { hint, cause })
}

function suggestFlag(unknown: string, flags: readonly string[]): string | undefined {
  const near = suggest(unknown.replace(/^-+/, '').split('=')[0] ?? '', flags)
  return near === undefined ? undefined : `Did you mean --${near}?`
}

function listMissing(args: readonly (string | { readonly name: string })[]): string {
  return args.map((arg) => (typeof arg === 'string' ? arg : arg.name).toUpperCase()).join(', ')
}

/** oclif's text without colour, the pointer to --help and the heading over a list of one. */
function plainMessage(error: Error): string {
  return stripVTControlCharacters(error.message)
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' && line !== 'See more help with --help' && !line.startsWith('The following error'),
    )
    .join('; ')
}
