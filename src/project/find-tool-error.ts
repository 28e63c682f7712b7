import { resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { SourcePlace } from '../core/errors.js'

/** The first error that a tool printed with a place in a source file. */
export interface ToolError {
  readonly message: string
  readonly place: SourcePlace
}

/** `src/a.ts(3,7): error TS2322: ...` (tsc) */
const parenthesised = /^(?<file>[^\s()][^()]*)\((?<line>\d+),(?<column>\d+)\): error (?<message>.+)$/
/** `src/a.ts:3:7: ERROR: ...`, `... error: ...` (esbuild, gcc, go) */
const colons =
  /^(?:✘ \[ERROR\] )?(?<file>[^\s:][^:]*):(?<line>\d+):(?<column>\d+):? +-? *(?:error|ERROR):? ?(?<message>.+)$/
/** `    src/a.ts:3:7:` two lines below `✘ [ERROR] message` (esbuild), `  --> src/a.rs:3:7` below `error: message` (rustc) */
const heading = /^(?:✘ \[ERROR\]|error(?:\[\w+\])?:) (?<message>.+)$/
const below = /^\s+(?:--> )?(?<file>[^\s:][^:]*):(?<line>\d+):(?<column>\d+):?$/

/** Finds the first error with file and line in what tsc, esbuild, rustc and their like print. */
export function findToolError(output: string, folder: string): ToolError | undefined {
  let lastHeading: string | undefined
  for (const line of stripVTControlCharacters(output).split(/\r?\n/)) {
    const direct = parenthesised.exec(line)?.groups ?? colons.exec(line)?.groups
    if (direct) return toToolError(direct, direct['message'] ?? '', folder)
    lastHeading = heading.exec(line)?.groups?.['message'] ?? lastHeading
    const place = below.exec(line)?.groups
    if (place && lastHeading !== undefined) return toToolError(place, lastHeading, folder)
  }
  return undefined
}

function toToolError(groups: Readonly<Record<string, string>>, message: string, folder: string): ToolError {
  const place = {
    file: resolve(folder, groups['file'] ?? ''),
    line: Number(groups['line']),
    column: Number(groups['column']),
  }
  return { message, place }
}
