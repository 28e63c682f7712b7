import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Finding } from './finding.js'

const check = 'toolchains'

/** A toolchain that guests are written with. */
interface Toolchain {
  readonly language: string
  readonly tools: readonly Tool[]
}

interface Tool {
  readonly name: string
  /** What prints its version, or what it has. */
  readonly command: readonly [program: string, ...args: string[]]
  /** What the output must have in it. */
  readonly expects?: string
  /** The line that installs it. */
  readonly install: string
}

const toolchains: readonly Toolchain[] = [
  {
    language: 'TypeScript and JavaScript',
    tools: [{ name: 'npm', command: ['npm', '--version'], install: 'https://nodejs.org/en/download' }],
  },
  {
    language: 'Rust',
    tools: [
      {
        name: 'cargo',
        command: ['cargo', '--version'],
        install: "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh",
      },
      {
        name: 'wasm32-wasip2',
        command: ['rustc', '--print', 'target-libdir', '--target', 'wasm32-wasip2'],
        install: 'rustup target add wasm32-wasip2',
      },
    ],
  },
  {
    language: 'Go',
    tools: [
      { name: 'go', command: ['go', 'version'], install: 'https://go.dev/doc/install' },
      {
        name: 'tinygo',
        command: ['tinygo', 'version'],
        install: 'https://tinygo.org/getting-started/install/',
      },
    ],
  },
  {
    language: 'Python',
    tools: [
      {
        name: 'componentize-py',
        command: ['componentize-py', '--version'],
        install: 'pip install componentize-py',
      },
    ],
  },
  {
    language: 'Any',
    tools: [
      {
        name: 'wasm-tools',
        command: ['wasm-tools', '--version'],
        install: 'cargo install --locked wasm-tools',
      },
    ],
  },
]

/** Which toolchains of guests are there. That one is missing does no harm before somebody wants it. */
export async function checkToolchains(
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    toolchains.map(({ language, tools }) => Promise.all(tools.map((tool) => checkTool(language, tool, env)))),
  )
  return findings.flat()
}

async function checkTool(
  language: string,
  { name, command: [program, ...args], install }: Tool,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { env: { ...env }, timeout: 10_000 })
    if (name === 'wasm32-wasip2') await requireFolder(stdout.trim())
    const version = /\d+\.\d+(\.\d+)?/.exec(name === 'wasm32-wasip2' ? '' : stdout)?.[0]
    return {
      check,
      level: 'ok',
      message: `${language}: ${name}${version === undefined ? '' : ` ${version}`}`,
    }
  } catch {
    // Missing, or broken: either way it has to be installed.
    return { check, level: 'note', message: `${language}: ${name} is not installed`, fix: install }
  }
}

async function requireFolder(path: string): Promise<void> {
  const { stat } = await import('node:fs/promises')
  await stat(path)
}
