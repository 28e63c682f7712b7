import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { AppError } from '#washi/core/errors.js'
import { encodeManifest } from '#washi/apps/manifest/encode-manifest.js'
import { parseManifest } from '#washi/apps/manifest/parse-manifest.js'
import { findOldSpellings } from '#washi/apps/manifest/validate-links.js'
import { validateManifest } from '#washi/apps/manifest/validate-manifest.js'
import type { Finding } from '#washi/apps/manifest/finding.js'

/** One line of expected.jsonl: how wadm-types 0.8.3 judges a manifest. */
interface Verdict {
  readonly file: string
  readonly parse_error?: string
  readonly panic?: true
  readonly valid?: boolean
  readonly failures?: readonly string[]
  readonly raw_yaml_failures?: readonly string[]
  readonly manifest?: unknown
}

const fixtures = fileURLToPath(new URL('../../fixtures/apps/manifests', import.meta.url))

describe.each(['edge', 'wadm-fixtures', 'wash-examples'])('the manifests of %s', (folder) => {
  const verdicts = readVerdicts(folder)

  it.each(verdicts.map((verdict) => [verdict.file, verdict] as const))(
    '%s is judged as wadm judges it',
    (file, verdict) => {
      const text = readFileSync(`${fixtures}/${folder}/${file}`, 'utf8')
      if (verdict.parse_error !== undefined) {
        const error = catchError(() => parseManifest(text, file))
        expect(error.code).toBe('MANIFEST_INVALID')
        expect(error.place?.line).toBeGreaterThan(0)
        // A template, no manifest: we say that a map cannot be a key, wadm that it expected a string.
        if (!file.endsWith('wadm.template.yaml'))
          expect(error.message).toContain(reasonOf(verdict.parse_error))
        return
      }
      if (verdict.panic) {
        expect(isRefused(text, file)).toBe(true)
        return
      }
      const { manifest, source } = parseManifest(text, file)
      const findings = validateManifest(manifest)
      expect(findings.map(toLine)).toEqual(verdict.failures)
      expect(findOldSpellings(source).map(toLine)).toEqual(verdict.raw_yaml_failures)
      expect(findings.every(({ level }) => level === 'warning')).toBe(verdict.valid)
      expect(withoutEmptyMaps(encodeManifest(manifest))).toEqual(withoutEmptyMaps(verdict.manifest))
    },
  )
})

function readVerdicts(folder: string): Verdict[] {
  const lines = readFileSync(`${fixtures}/${folder}/expected.jsonl`, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Verdict)
}

/** The reason without what differs by nature: the path prefix, the place, and the name of the Rust type. */
function reasonOf(parseError: string): string {
  return parseError
    .replace(/ at line \d+ column \d+$/, '')
    .replace(/^[\w.[\]]+: /, '')
    .replace(/^duplicate field.*/, 'map keys must be unique')
}

function isRefused(text: string, file: string): boolean {
  try {
    return validateManifest(parseManifest(text, file).manifest).some(({ level }) => level === 'error')
  } catch (thrown) {
    if (thrown instanceof AppError) return true
    throw thrown
  }
}

function catchError(action: () => unknown): AppError {
  try {
    action()
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown
    throw thrown
  }
  throw new Error('nothing was thrown')
}

function toLine({ level, message }: Finding): string {
  return `[${level}] ${message}`
}

/** wadm drops empty annotations and requirements when it writes (and then cannot read them again); we keep them. */
function withoutEmptyMaps(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each: unknown) =>
      ['annotations', 'requirements'].includes(key) && Object.keys(each as object).length === 0
        ? undefined
        : each,
    ),
  )
}
