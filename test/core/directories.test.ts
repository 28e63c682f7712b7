import { resolveDirectories } from '#washi/core/directories.js'
import { describe, expect, it } from 'vitest'

describe('resolveDirectories()', () => {
  it('moves all three with WASHI_HOME', () => {
    expect(
      resolveDirectories({ env: { WASHI_HOME: '/w', XDG_DATA_HOME: '/x' }, platform: 'linux', home: '/h' }),
    ).toEqual({
      config: '/w/config',
      data: '/w/data',
      cache: '/w/cache',
    })
  })

  it('obeys absolute XDG variables on Linux, and ignores relative ones', () => {
    const env = { XDG_CONFIG_HOME: '/xc', XDG_DATA_HOME: 'relative' }
    expect(resolveDirectories({ env, platform: 'linux', home: '/h' })).toEqual({
      config: '/xc/washi',
      data: '/h/.local/share/washi',
      cache: '/h/.cache/washi',
    })
  })

  it('uses the Library on macOS', () => {
    expect(resolveDirectories({ env: {}, platform: 'darwin', home: '/Users/u' }).cache).toBe(
      '/Users/u/Library/Caches/washi',
    )
  })
})
