import type { Judgement, PlacedFinding } from '../../apps/examine/judge-manifest.js'
import type { Palette } from '../terminal/palette.js'
import { formatPlace } from './error.js'

/** Verdicts for people: `manifest is valid` as wash says it, then findings with their places. */
export function renderJudgements(
  judgements: readonly Judgement[],
  { palette, cwd }: { readonly palette: Palette; readonly cwd: string },
): string {
  return judgements
    .map((judgement) => renderJudgement(judgement, { palette, cwd, isOnly: judgements.length === 1 }))
    .join('\n')
}

function renderJudgement(
  { file, isValid, warnings, errors, advice }: Judgement,
  { palette, cwd, isOnly }: { readonly palette: Palette; readonly cwd: string; readonly isOnly: boolean },
): string {
  const verdict = isValid ? 'manifest is valid' : 'invalid manifest'
  const line = (label: string, { message, place }: PlacedFinding): string =>
    `${label} ${message}\n   at: ${palette.cyan(formatPlace(place, cwd))}`
  return [
    isOnly ? verdict : `${file}: ${verdict}`,
    ...errors.map((finding) => line(palette.red('error:'), finding)),
    ...warnings.map((finding) => line(palette.yellow('warning:'), finding)),
    ...advice.map((finding) => line(palette.dim(`advice of washi (${finding.rule}):`), finding)),
  ].join('\n')
}

/** Verdicts for programs: wash's document for one manifest, a list of these with their files for several. */
export function toJudgementDocument(judgements: readonly Judgement[]): object {
  const documents = judgements.map(toDocument)
  const [only] = documents
  if (documents.length === 1 && only) return only
  return {
    valid: judgements.every(({ isValid }) => isValid),
    manifests: documents.map((document, index) => ({ file: judgements[index]?.file, ...document })),
  }
}

function toDocument({ isValid, warnings, errors, advice }: Judgement): object {
  return {
    valid: isValid,
    warnings: warnings.map((finding) => toFinding('Warning', finding)),
    errors: errors.map((finding) => toFinding('Error', finding)),
    ...(advice.length === 0
      ? {}
      : { advice: advice.map(({ rule, message, place }) => ({ rule, msg: message, place })) }),
  }
}

function toFinding(level: 'Warning' | 'Error', { message, place }: PlacedFinding): object {
  return { level, msg: message, place }
}
