import { describe, expect, it } from 'vitest'
import { parseManifest } from '#washi/apps/manifest/parse-manifest.js'
import { AppError } from '#washi/core/errors.js'
import { helloYaml } from '../../support/app-kit.js'

describe('parseManifest()', () => {
  it.each([
    ['an unclosed list', 'a: [1, 2\nb: 3\n', 2, 1],
    ['a tab as indentation', 'a:\n\tb: 1\n', 2, 1],
    ['the same key twice', 'a: 1\nb: 2\na: 3\n', 3, 1],
    ['an unknown alias', 'a: *nowhere\n', 1, 4],
    ['two documents', 'a: 1\n---\nb: 2\n', 2, 1],
  ])('names line and column of %s', (_what, text, line, column) => {
    const error = refusalOf(text)
    expect(error).toMatchObject({
      code: 'MANIFEST_INVALID',
      exitCode: 2,
      place: { file: 'wadm.yaml', line, column },
    })
    expect(error.hint).toContain(`wadm.yaml:${line}:${column}`)
  })

  it('names line and column of a field that is wrong', () => {
    const error = refusalOf(helloYaml().replace('type: capability', 'type: provider'))
    expect(error.message).toContain('unknown variant `provider`')
    expect(error.place).toEqual({ file: 'wadm.yaml', line: 18, column: 13 })
  })

  it('refuses aliases that unfold to more than a manifest can hold', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(10)}]`,
    )
    const error = refusalOf(['l0: &l0 [x]', ...levels].join('\n'))
    expect(error.message).toContain('the document is too large')
  })

  it('knows where each value stands, and the nearest one above those that are not there', () => {
    const { placeOf } = parseManifest(helloYaml(), 'wadm.yaml')
    expect(placeOf(['spec', 'components', 0, 'properties', 'image'])).toEqual({
      file: 'wadm.yaml',
      line: 12,
      column: 16,
    })
    expect(placeOf(['spec', 'components', 0, 'properties', 'id'])).toMatchObject({ line: 12, column: 9 })
  })

  it('reads JSON as well', () => {
    const text =
      '{"apiVersion":"a","kind":"b","metadata":{"name":"n","annotations":{}},"spec":{"components":[]}}'
    expect(parseManifest(text, 'wadm.json').manifest.metadata.name).toBe('n')
  })
})

function refusalOf(text: string): AppError {
  try {
    parseManifest(text, 'wadm.yaml')
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown
    throw thrown
  }
  throw new Error('not refused')
}
