import { resolve } from 'node:path'
import { parse as parseToml, TomlError } from 'smol-toml'
import { z } from 'zod'
import { AppError } from '../core/errors.js'

/** A project as its wasmcloud.toml describes it; all paths absolute. */
export interface Project {
  readonly name: string
  readonly version: string
  readonly language: string
  readonly kind: 'component'
  /** Where build commands run. */
  readonly folder: string
  readonly file: string
  readonly buildCommand: string
  /** The .wasm that the build command leaves behind. */
  readonly artifact: string
  readonly witWorld: string | undefined
}

const text = z.string().min(1)
const schema = z.object({
  name: text.regex(/^[a-zA-Z][\w-]*$/, 'must start with a letter and hold letters, digits, "-" and "_" only'),
  version: text.regex(/^\d+\.\d+\.\d+/, 'must be a version such as 0.1.0'),
  language: text,
  type: text,
  path: text.optional(),
  build: text.optional(),
  component: z
    .object({
      wit_world: text.optional(),
      build_command: text.optional(),
      build_artifact: text.optional(),
    })
    .optional(),
})

/** What parseProject() reads from. */
export interface ProjectSource {
  /** Absolute path of the wasmcloud.toml. */
  readonly file: string
  /** Its folder. */
  readonly folder: string
  readonly text: string
}

/** Reads wasmcloud.toml. Throws PROJECT_INVALID with the line of what is wrong, PROJECT_UNSUPPORTED for other kinds. */
export function parseProject(source: ProjectSource): Project {
  const outcome = schema.safeParse(parseDocument(source))
  if (!outcome.success) throw invalid(source, outcome.error)
  const { name, version, language, type, component, ...paths } = outcome.data
  if (type !== 'component') throw unsupported(source, `it is of type "${type}"`, ['type'])
  if (component?.build_command === undefined) {
    throw unsupported(
      source,
      `component.build_command is not set (language "${language}" has no default yet)`,
      ['component'],
    )
  }
  const folder = resolve(source.folder, paths.path ?? '.')
  return {
    name,
    version,
    language,
    kind: 'component',
    folder,
    file: source.file,
    buildCommand: component.build_command,
    artifact: resolve(folder, component.build_artifact ?? `${paths.build ?? 'build'}/${name}.wasm`),
    witWorld: component.wit_world,
  }
}

function parseDocument({ file, text: content }: ProjectSource): unknown {
  try {
    return parseToml(content)
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    const [reason = cause.message] = cause.message.split('\n')
    throw new AppError(
      'PROJECT_INVALID',
      `Cannot read wasmcloud.toml: ${reason.replace(/^Invalid TOML document: /, '')}`,
      {
        place: { file, line: cause.line, column: cause.column },
        cause,
      },
    )
  }
}

function invalid({ file, text: content }: ProjectSource, error: z.ZodError): AppError {
  const [issue] = error.issues
  const path = (issue?.path ?? []).map(String)
  const missing = issue?.code === 'invalid_type' && /received undefined/.test(issue.message)
  const problem = missing ? 'is missing' : (issue?.message ?? 'is invalid')
  return new AppError('PROJECT_INVALID', `Cannot use wasmcloud.toml: ${path.join('.')} ${problem}`, {
    place: { file, line: findTomlLine(content, path) },
  })
}

function unsupported(
  { file, text: content }: ProjectSource,
  reason: string,
  path: readonly string[],
): AppError {
  return new AppError('PROJECT_UNSUPPORTED', `Cannot build this project: ${reason}`, {
    place: { file, line: findTomlLine(content, path) },
    hint: 'Set type = "component" and, under [component], build_command and build_artifact',
  })
}

/** The line (from 1) on which a key of a table, or the table itself, stands; undefined where neither does. */
export function findTomlLine(content: string, path: readonly string[]): number | undefined {
  const [table, key] = path.length > 1 ? [path.slice(0, -1).join('.'), path.at(-1)] : ['', path[0]]
  let current = ''
  let tableLine: number | undefined
  for (const [index, line] of content.split('\n').entries()) {
    const header = /^\s*\[\s*([^\][]+?)\s*\]/.exec(line)?.[1]
    if (header !== undefined) {
      current = header
      if (header === path.join('.')) return index + 1
      if (header === table) tableLine = index + 1
    } else if (current === table && /^\s*([\w-]+)\s*=/.exec(line)?.[1] === key) return index + 1
  }
  return tableLine
}
