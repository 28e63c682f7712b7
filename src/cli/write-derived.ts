import { readFile, writeFile } from 'node:fs/promises'
import { AppError } from '../core/errors.js'
import { parseManifest } from '../apps/manifest/parse-manifest.js'
import { checkManifest } from '../apps/wit2wadm/check-manifest.js'
import { deriveApplication } from '../apps/wit2wadm/derive-manifest.js'
import type { DeriveOptions } from '../apps/wit2wadm/derive-manifest.js'
import { mergeManifest } from '../apps/wit2wadm/merge-manifest.js'
import { planApplication } from '../apps/wit2wadm/plan-application.js'

/** What to do with a derived manifest: print it, add it to a file, or compare the file with it. */
export interface DerivedUse {
  readonly application: DeriveOptions
  readonly into: string | undefined
  readonly isCheck: boolean
}

/** What the command says of it. */
export interface DerivedOutcome {
  readonly result: object
  readonly text: string
  readonly warnings: readonly string[]
}

/** Throws what deriving and merging throw, MANIFEST_DISAGREES for a check that finds something, MANIFEST_UNREADABLE. */
export async function writeDerived({ application, into, isCheck }: DerivedUse): Promise<DerivedOutcome> {
  const derived = deriveApplication(application)
  const { text, warnings } = derived
  if (into === undefined) return { result: { manifest: text, warnings }, text: text.trimEnd(), warnings }
  const before = await readIfThere(into)
  if (isCheck) return checkFile(into, before, application)
  if (before === undefined) {
    await writeFile(into, text)
    return { result: { file: into, added: ['everything'], warnings }, text: `Wrote ${into}`, warnings }
  }
  const planned = planApplication(application.components, application.providers)
  const merged = mergeManifest(before, into, planned)
  if (merged.added.length > 0) await writeFile(into, merged.text)
  const lines = merged.added.map((added) => `Added ${added}`)
  return {
    result: { file: into, added: merged.added, warnings },
    text: lines.length === 0 ? `${into} has everything already` : lines.join('\n'),
    warnings,
  }
}

function checkFile(file: string, text: string | undefined, application: DeriveOptions): DerivedOutcome {
  if (text === undefined) {
    throw new AppError('MANIFEST_UNREADABLE', `Cannot read manifest "${file}": no such file`, {
      place: { file },
      hint: 'Leave --check out to write it',
    })
  }
  const planned = planApplication(application.components, application.providers)
  const parsed = parseManifest(text, file)
  const [first, ...others] = checkManifest(parsed, application.components, planned)
  if (!first)
    return { result: { file, agrees: true }, text: `${file} agrees with its components`, warnings: [] }
  throw new AppError(
    'MANIFEST_DISAGREES',
    `"${file}" and its components disagree: ${[first, ...others].map(({ message }) => message).join('; ')}`,
    { place: parsed.placeOf(first.path), hint: `Run again without --check to add what is missing` },
  )
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new AppError('MANIFEST_UNREADABLE', `Cannot read manifest "${file}"`, { place: { file }, cause })
  }
}
