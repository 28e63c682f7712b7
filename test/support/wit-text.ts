import { parseDocument } from '#washi/wit/text/parse-document.js'
import { type ResolveWitOptions, resolveWit, type WitLibrary } from '#washi/wit/text/wit-library.js'
import { AppError } from '#washi/core/errors.js'

/** Resolves texts: the files of one package. */
export function witOf(texts: string | readonly string[], options?: ResolveWitOptions): WitLibrary {
  const root = [texts].flat().map((text, index) => parseDocument({ file: `file${index}.wit`, text }))
  return resolveWit({ root, dependencies: [] }, options)
}

/** `file:line:column: message (hint)` of the refusal. */
export function refusalOf(action: () => unknown): string {
  try {
    action()
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    const { file, line, column } = thrown.place ?? {}
    return `${file}:${line}:${column}: ${thrown.message.replace('Cannot read WIT: ', '')} (${thrown.hint})`
  }
  return 'not refused'
}
