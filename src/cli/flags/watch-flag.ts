import { custom } from '@oclif/core/flags'
import { AppError } from '../../core/errors.js'

/** `--watch [interval]`, as wash has it: the interval can be left out. Use with completeWatch(). */
export function watchFlag(defaultMs: number) {
  return {
    watch: custom<number>({
      char: 'w',
      parse: async (text) => parseInterval(text),
      helpValue: '[<interval>]',
      summary: `Look again and again: every ${defaultMs} ms, or as long as 5s, 2m or 500 says.`,
    })(),
  }
}

/** Gives a --watch without interval its default: oclif knows no flags whose value can be left out. */
export function completeWatch(argv: readonly string[], defaultMs: number): string[] {
  const end = argv.indexOf('--')
  return argv.flatMap((part, index) => {
    const isFlag = (part === '-w' || part === '--watch') && (end < 0 || index < end)
    return isFlag && !/^\d/.test(argv[index + 1] ?? '') ? [`--watch=${defaultMs}`] : [part]
  })
}

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

/** Milliseconds, also as `5s`, `2m` or `1m 30s`. Throws USAGE_INVALID. */
export function parseInterval(text: string): number {
  if (/^\d+$/.test(text)) return positive(Number(text), text)
  const parts = [...text.matchAll(/(\d+)\s*(ms|s|m|h)\s*/g)]
  if (parts.map(([part]) => part).join('') !== text || parts.length === 0) throw notAnInterval(text)
  const sum = parts.reduce((total, [, count, unit]) => total + Number(count) * unitMs(unit), 0)
  return positive(sum, text)
}

function unitMs(unit: string | undefined): number {
  return Object.entries(units).find(([name]) => name === unit)?.[1] ?? 0
}

function positive(ms: number, text: string): number {
  if (ms > 0 && ms <= 0x7fff_ffff) return ms
  throw notAnInterval(text)
}

function notAnInterval(text: string): AppError {
  return new AppError('USAGE_INVALID', `Not an interval: "${text}"`, {
    hint: 'Write milliseconds, or a number with its unit: 500, 5s, 2m',
  })
}
