import { readdirSync, readFileSync } from 'node:fs'
import { AppError } from '#washi/core/errors.js'
import { describe, expect, it } from 'vitest'
import { mutate } from '../../support/mutate.js'
import { seededRandom } from '../../support/random.js'
import { witOf } from '../../support/wit-text.js'

function texts(): string[] {
  const folder = new URL('../../fixtures/components/wit/deps/', import.meta.url)
  return readdirSync(folder).map((name) => readFileSync(new URL(`${name}/package.wit`, folder), 'utf8'))
}

const words = [
  'use ',
  '{',
  '}',
  ';',
  'list<',
  '>',
  '@since(version = 9.0.0)',
  'include w;',
  'interface x {',
  '%',
  ': ',
]

function changed(text: string, random: () => number): string {
  const below = (limit: number): number => Math.floor(random() * limit)
  if (random() < 0.5) return new TextDecoder().decode(mutate(new TextEncoder().encode(text), random))
  const pieces = text.split(/\b/)
  for (let count = 1 + below(4); count > 0; count -= 1) {
    const piece = random() < 0.5 ? words[below(words.length)] : pieces[below(pieces.length)]
    pieces.splice(below(pieces.length), below(3), piece ?? '')
  }
  return pieces.join('')
}

describe('WIT text', () => {
  it('is read or refused with a place, whatever 2,000 mutations make of it', () => {
    const random = seededRandom(20)
    const sources = texts()
    const all = sources.map((text) => text.replace(/^package ([^;]+);/m, 'package $1 {') + '\n}').join('\n')
    let refused = 0
    for (let round = 0; round < 2000; round += 1) {
      const text = changed(sources[round % sources.length] ?? '', random)
      try {
        witOf(round % 10 === 0 ? `package a:b;\n${changed(all, random)}` : text, { features: 'all' })
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown
        expect(thrown.code).toBe('WIT_INVALID')
        expect(thrown.place?.line).toBeGreaterThan(0)
        expect(thrown.place?.column).toBeGreaterThan(0)
        refused += 1
      }
    }
    expect(refused).toBeGreaterThan(1000)
    expect(refused).toBeLessThan(2000)
  })
})
