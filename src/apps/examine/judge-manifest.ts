import type { SourcePlace } from '../../core/errors.js'
import { errorAt } from '../manifest/finding.js'
import type { Finding } from '../manifest/finding.js'
import { validateManifest } from '../manifest/validate-manifest.js'
import type { ManifestSource } from '../deploy/manifest-source.js'
import { readManifest } from '../deploy/prepare-manifest.js'
import type { ReadManifestOptions } from '../deploy/prepare-manifest.js'
import type { AdviceRule } from './advice.js'
import { examineManifest } from './examine-manifest.js'

/** Options of judgeManifests(). */
export interface JudgeOptions extends ReadManifestOptions {
  /** Images that cannot be loaded are errors, as wash's --check-image-refs has it. */
  readonly checkImages: boolean
  readonly advises: boolean
}

/** A finding with its place in the file. */
export interface PlacedFinding {
  readonly message: string
  readonly place: SourcePlace
}

/** What wadm says of a manifest, and what washi adds. */
export interface Judgement {
  readonly file: string
  /** Without errors. */
  readonly isValid: boolean
  readonly warnings: readonly PlacedFinding[]
  readonly errors: readonly PlacedFinding[]
  readonly advice: readonly (PlacedFinding & { readonly rule: AdviceRule })[]
}

/** Judges manifests, one after another. Throws MANIFEST_UNREADABLE and MANIFEST_INVALID for what is no manifest. */
export async function judgeManifests(
  sources: readonly ManifestSource[],
  options: JudgeOptions,
): Promise<readonly Judgement[]> {
  const judgements: Judgement[] = []
  for (const source of sources) judgements.push(await judgeManifest(source, options))
  return judgements
}

async function judgeManifest(source: ManifestSource, options: JudgeOptions): Promise<Judgement> {
  const parsed = await readManifest(source, options)
  const advice = options.advises || options.checkImages ? await examineManifest(parsed, parsed.folder) : []
  const isMissing = ({ rule }: { readonly rule: AdviceRule }): boolean => rule === 'image-missing'
  const unloadable = options.checkImages
    ? advice
        .filter(isMissing)
        .map(({ message, path }): Finding => errorAt(path, `Failed to fetch image of ${message}`))
    : []
  const findings = [...validateManifest(parsed.manifest), ...unloadable]
  const placed = (level: Finding['level']): readonly PlacedFinding[] =>
    findings
      .filter((finding) => finding.level === level)
      .map(({ message, path }) => ({ message, place: parsed.placeOf(path) }))
  const errors = placed('error')
  return {
    file: parsed.file,
    isValid: errors.length === 0,
    warnings: placed('warning'),
    errors,
    advice: advice
      .filter((each) => options.advises && !(options.checkImages && isMissing(each)))
      .map(({ rule, message, path }) => ({ rule, message, place: parsed.placeOf(path) })),
  }
}
