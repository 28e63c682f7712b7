import type { Change } from '../../apps/diff/diff-applications.js'
import type { BothSides } from '../../apps/diff/read-both-sides.js'
import type { Palette } from '../terminal/palette.js'

/** What a deployment would do, one thing a line. */
export function renderChanges(
  { name, beforeLabel, afterLabel }: Pick<BothSides, 'name' | 'beforeLabel' | 'afterLabel'>,
  changes: readonly Change[],
  palette: Palette,
): string {
  const head = `${name}: ${beforeLabel} → ${afterLabel}`
  if (changes.length === 0) return `${head}\nNothing changes`
  return [head, ...changes.map((change) => renderChange(change, palette))].join('\n')
}

function renderChange({ kind, what, name, details }: Change, palette: Palette): string {
  const signs = {
    start: palette.green('+ start '),
    stop: palette.red('- stop  '),
    change: palette.yellow('~ change'),
  }
  return `  ${signs[kind]} ${what} ${name}${details.length === 0 ? '' : `: ${details.join('; ')}`}`
}
