import { join } from 'node:path'

/** Where washi keeps what outlives a command. */
export interface Directories {
  /** Settings and keys. */
  readonly config: string
  /** Bus data, the state of `up`, logs. */
  readonly data: string
  /** Content that may be deleted at any time. */
  readonly cache: string
}

/** What resolveDirectories() looks at. */
export interface DirectorySources {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
}

/**
 * The directories of this user: WASHI_HOME moves all three together; otherwise the platform's usual folders,
 * which on Linux obey the XDG variables. Touches no file.
 */
export function resolveDirectories({ env, platform, home }: DirectorySources): Directories {
  const washiHome = env['WASHI_HOME']
  if (washiHome) {
    return {
      config: join(washiHome, 'config'),
      data: join(washiHome, 'data'),
      cache: join(washiHome, 'cache'),
    }
  }
  if (platform === 'darwin') {
    const support = join(home, 'Library', 'Application Support', 'washi')
    return { config: support, data: join(support, 'data'), cache: join(home, 'Library', 'Caches', 'washi') }
  }
  if (platform === 'win32') {
    const roaming = env['APPDATA'] ?? join(home, 'AppData', 'Roaming')
    const local = env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local')
    return {
      config: join(roaming, 'washi'),
      data: join(local, 'washi', 'data'),
      cache: join(local, 'washi', 'cache'),
    }
  }
  return {
    config: join(absolute(env['XDG_CONFIG_HOME']) ?? join(home, '.config'), 'washi'),
    data: join(absolute(env['XDG_DATA_HOME']) ?? join(home, '.local', 'share'), 'washi'),
    cache: join(absolute(env['XDG_CACHE_HOME']) ?? join(home, '.cache'), 'washi'),
  }
}

/** The XDG specification wants relative paths ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') ? path : undefined
}
