import { readFileSync } from 'node:fs'
import { AppError, errorCodes } from '#washi/core/errors.js'
import { describe, expect, it } from 'vitest'

describe('the error catalogue', () => {
  it('has a section in docs/errors.md for each code, in the same order, and no other', () => {
    const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
    const sections = [...page.matchAll(/^## (\S+)$/gm)].map((match) => match[1])
    expect(sections).toEqual(errorCodes)
  })

  it('has the exit code that docs/errors.md states', () => {
    const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
    for (const code of errorCodes) {
      const [, stated] = new RegExp(`^## ${code}\\n\\nExit code (\\d+)\\.`, 'm').exec(page) ?? []
      expect(`${code} ${stated}`).toBe(`${code} ${new AppError(code, 'x').exitCode}`)
    }
  })
})
