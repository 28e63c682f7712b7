import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))

/** Rank of each layer; imports go from higher to lower rank, or stay inside one folder. */
const layers: Readonly<Record<string, number>> = {
  testing: 10,
  cli: 9,
  programs: 9,
  session: 8,
  project: 7,
  apps: 6,
  'provider-sdk': 6,
  providers: 6,
  host: 5,
  lattice: 4,
  component: 3,
  wit: 2,
  bus: 2,
  core: 1,
}

/** Packages that only one place may know. */
const owners: readonly { readonly pattern: RegExp; readonly allowed: (file: string) => boolean }[] = [
  {
    pattern: /^@nats-io\/(transport-node|jetstream|kv|nats-core)/,
    allowed: (file) => file.startsWith('lattice/'),
  },
  { pattern: /^@oclif\//, allowed: (file) => file.startsWith('cli/') },
]

interface Import {
  readonly from: string
  readonly to: string
}

describe('architecture', () => {
  const imports = readImports()

  it('imports point down the layers only', () => {
    const wrong = imports.filter(({ from, to }) => !isAllowed(from, to))
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
  })

  it('has no import cycles', () => {
    expect(findCycle(imports)).toBeUndefined()
  })

  it('refuses a planted upward import and a planted cycle', () => {
    expect(isAllowed('core/errors.ts', 'host/host.ts')).toBe(false)
    expect(isAllowed('bus/server.ts', 'wit/model.ts')).toBe(false)
    expect(isAllowed('providers/http-server/index.ts', 'providers/http-client/index.ts')).toBe(false)
    expect(isAllowed('providers/http-server/index.ts', 'providers/support/config-keys.ts')).toBe(true)
    expect(isAllowed('providers/support/config-keys.ts', 'providers/http-server/index.ts')).toBe(false)
    const planted = [
      { from: 'a.ts', to: 'b.ts' },
      { from: 'b.ts', to: 'a.ts' },
    ]
    expect(findCycle(planted)).toEqual(['a.ts', 'b.ts', 'a.ts'])
  })

  it('keeps foreign packages behind their seams', () => {
    const wrong = imports.flatMap(({ from, to }) =>
      owners
        .filter(({ pattern, allowed }) => pattern.test(to) && !allowed(from))
        .map(() => `${from} imports ${to}`),
    )
    expect(wrong).toEqual([])
  })
})

function isAllowed(from: string, to: string): boolean {
  if (!to.endsWith('.ts')) return true
  const [fromLayer, toLayer] = [layerOf(from), layerOf(to)]
  if (fromLayer === toLayer) return fromLayer !== 'providers' || sameProvider(from, to)
  // The package's entry point composes what it publishes.
  if (fromLayer === 'index.ts') return true
  if (fromLayer === 'bus') return toLayer === 'core'
  if (toLayer === 'bus') return fromLayer === 'session'
  const [fromRank, toRank] = [layers[fromLayer], layers[toLayer]]
  return fromRank !== undefined && toRank !== undefined && fromRank > toRank
}

/** Or what providers share, which knows none of them. */
function sameProvider(from: string, to: string): boolean {
  return to.startsWith('providers/support/') || from.split('/')[1] === to.split('/')[1]
}

function layerOf(file: string): string {
  return file.split('/')[0] ?? file
}

function readImports(): Import[] {
  return listSources(src).flatMap((file) => {
    const from = relative(src, file).split('\\').join('/')
    const text = readFileSync(file, 'utf8')
    return [
      ...text.matchAll(/^\s*(?:import|export)\b[^'"]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm),
    ].map((match) => {
      const specifier = match[1] ?? match[2] ?? ''
      return { from, to: specifier.startsWith('.') ? resolveSource(from, specifier) : specifier }
    })
  })
}

function resolveSource(from: string, specifier: string): string {
  return posix.join(dirname(from), specifier).replace(/\.js$/, '.ts')
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
}

function findCycle(imports: readonly Import[]): string[] | undefined {
  const edges = new Map<string, string[]>()
  for (const { from, to } of imports) edges.set(from, [...(edges.get(from) ?? []), to])
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    const seen = path.indexOf(file)
    if (seen >= 0) return [...path.slice(seen), file]
    if (done.has(file)) return undefined
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next, [...path, file])
      if (cycle) return cycle
    }
    done.add(file)
    return undefined
  }
  for (const file of edges.keys()) {
    const cycle = visit(file, [])
    if (cycle) return cycle
  }
  return undefined
}
