import type { Diagnosis } from '../../session/doctor/run-doctor.js'
import { needsCare } from '../../session/doctor/run-doctor.js'
import type { Palette } from '../terminal/palette.js'

/** The findings by check, each with what to do, and how many are left. */
export function renderDiagnoses(diagnoses: readonly Diagnosis[], palette: Palette): string {
  const checks = [...new Set(diagnoses.map(({ check }) => check))]
  const blocks = checks.map((check) => {
    const lines = diagnoses
      .filter((each) => each.check === check)
      .map((each) => renderDiagnosis(each, palette))
    return [palette.bold(check), ...lines].join('\n')
  })
  return [...blocks, renderSum(diagnoses)].join('\n\n')
}

/** The same as JSON. */
export function toDiagnosisDocument({ check, level, message, fix, isFixable, isFixed }: Diagnosis): object {
  return { check, level, message, ...(fix === undefined ? {} : { fix }), fixable: isFixable, fixed: isFixed }
}

function renderDiagnosis({ level, message, fix, isFixed }: Diagnosis, palette: Palette): string {
  const mark = isFixed ? palette.green('+') : marks(palette)[level]
  const next = fix === undefined || isFixed ? '' : `\n    ${palette.dim(fix)}`
  return `  ${mark} ${message}${isFixed ? ' (fixed)' : ''}${next}`
}

function marks(palette: Palette): Readonly<Record<Diagnosis['level'], string>> {
  return {
    ok: palette.green('✓'),
    note: palette.dim('-'),
    warning: palette.yellow('!'),
    error: palette.red('✗'),
  }
}

function renderSum(diagnoses: readonly Diagnosis[]): string {
  const left = diagnoses.filter(needsCare)
  const fixed = diagnoses.filter(({ isFixed }) => isFixed).length
  const done = fixed === 0 ? '' : `, ${fixed} fixed`
  if (left.length === 0) return `No problems${done}`
  const fixable = left.filter(({ isFixable, isFixed }) => isFixable && !isFixed).length
  const hint = fixable === 0 ? '' : `; washi doctor --fix mends ${fixable} of them`
  return `${left.length} ${left.length === 1 ? 'problem' : 'problems'}${done}${hint}`
}
