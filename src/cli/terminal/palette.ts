import { styleText } from 'node:util'

/** The few styles that output uses; each returns its text unchanged where colour is off. */
export interface Palette {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

/** A palette that colours, or one that does not. */
export function createPalette(coloured: boolean): Palette {
  const style =
    (format: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan') =>
    (text: string): string =>
      coloured ? forced(format, text) : text
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
  }
}

/** Colour only on a terminal; NO_COLOR (any value) turns it off, FORCE_COLOR (not 0) on. */
export function wantsColour(isTTY: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['NO_COLOR']) return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false'
  return isTTY && env['TERM'] !== 'dumb'
}

// Newer versions of Node look at the environment in styleText() themselves; the decision was ours already.
function forced(format: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string): string {
  const style = styleText as (format: string, text: string, options?: { validateStream: boolean }) => string
  return style(format, text, { validateStream: false })
}
