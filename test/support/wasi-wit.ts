import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../fixtures/wit/wasi-0.2.12/', import.meta.url)

/** Every interface of WASI that a host offers. */
export const wasiImports = [
  'include wasi:cli/imports@0.2.12',
  'import wasi:http/types@0.2.12',
  'import wasi:http/outgoing-handler@0.2.12',
]

/**
 * WIT text with the packages of WASI at `version` and a world `guest` of the statements. Statements name WASI at
 * 0.2.12, which is what the texts are: as another version they stand for a host of that one with the same functions.
 */
export function wasiWorld(statements: readonly string[], version = '0.2.12'): string {
  const packages = readdirSync(folder).map((file) =>
    readFileSync(new URL(file, folder), 'utf8')
      .replace(/^package ([^;]+);/m, 'package $1 {')
      // When something came does not matter, and would leave it out of an earlier version.
      .replaceAll(/^ *@(since|deprecated)\(.*\)$/gm, ''),
  )
  const world = `package test:guest;\nworld guest {\n${statements.map((one) => `${one};\n`).join('')}}\n`
  return [world, ...packages.map((text) => `${text}\n}\n`)].join('\n').replaceAll('0.2.12', version)
}
