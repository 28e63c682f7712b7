import { relative } from 'node:path'
import type { AppError, SourcePlace } from '../../core/errors.js'
import type { Palette } from '../terminal/palette.js'

/** The JSON document of a failed command. */
export interface ErrorDocument {
  readonly success: false
  readonly error: {
    readonly code: string
    readonly message: string
    readonly hint?: string | undefined
    readonly place?: SourcePlace | undefined
  }
}

/** An expected failure for people: what failed, where in which file, what to do next. */
export function renderError(error: AppError, { palette, cwd }: { palette: Palette; cwd: string }): string {
  const lines = [`${palette.red('error:')} ${error.message}`]
  if (error.place) lines.push(`   at: ${palette.cyan(formatPlace(error.place, cwd))}`)
  if (error.hint) lines.push(` hint: ${error.hint}`)
  return lines.join('\n')
}

/** An expected failure for programs. */
export function toErrorDocument({ code, message, hint, place }: AppError): ErrorDocument {
  return { success: false, error: { code, message, hint, place } }
}

/** `file:line:column`, relative to the working directory where the file lies below it. */
export function formatPlace({ file, line, column }: SourcePlace, cwd: string): string {
  const below = relative(cwd, file)
  const name = below.startsWith('..') || below === '' ? file : below
  return [name, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':')
}
