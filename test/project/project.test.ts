import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildProject } from '#washi/project/build-project.js'
import { createProject } from '#washi/project/create-project.js'
import { findToolError } from '#washi/project/find-tool-error.js'
import { findTomlLine, parseProject } from '#washi/project/project-file.js'
import { readProject } from '#washi/project/read-project.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'washi-project-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const guest = new URL('../fixtures/components/http-hello.wasm', import.meta.url)

function toml(command: string): string {
  return `name = "hello"
version = "0.1.0"
language = "typescript"
type = "component"

[component]
build_command = ${JSON.stringify(command)}
build_artifact = "build/hello.wasm"
`
}

describe('parseProject()', () => {
  const parse = (text: string) => parseProject({ file: '/p/wasmcloud.toml', folder: '/p', text })

  it('resolves paths against the folder', () => {
    expect(parse(toml('make'))).toMatchObject({
      name: 'hello',
      folder: '/p',
      artifact: '/p/build/hello.wasm',
    })
  })

  it.each([
    ['what is no TOML', 'name = \n', 'PROJECT_INVALID', 1],
    ['a missing name', 'version = "0.1.0"\n', 'PROJECT_INVALID', undefined],
    ['a bad version', toml('make').replace('0.1.0', 'one'), 'PROJECT_INVALID', 2],
    ['a value of another type', toml('make').replace('"make"', '7'), 'PROJECT_INVALID', 7],
    ['a provider', toml('make').replace('type = "component"', 'type = "provider"'), 'PROJECT_UNSUPPORTED', 4],
    ['no build command', toml('make').replace(/build_command.*\n/, ''), 'PROJECT_UNSUPPORTED', 6],
  ])('refuses %s with its line', (_what, text, code, line) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code, place: expect.objectContaining({ line }) }),
    )
  })
})

describe('findTomlLine()', () => {
  it('knows keys of the root from those of a table', () => {
    const text = 'name = "a"\n[component]\nname = "b"\n[registry.pull]\nname = "c"'
    expect(findTomlLine(text, ['name'])).toBe(1)
    expect(findTomlLine(text, ['component', 'name'])).toBe(3)
    expect(findTomlLine(text, ['registry', 'pull', 'name'])).toBe(5)
    expect(findTomlLine(text, ['component', 'absent'])).toBe(2)
  })
})

describe('findToolError()', () => {
  it.each([
    [
      'tsc',
      "src/a.ts(3,7): error TS2322: Type 'string' is not assignable.",
      "TS2322: Type 'string' is not assignable.",
    ],
    [
      'esbuild',
      '✘ [ERROR] Expected ";" but found "x"\n\n    src/a.ts:3:7:\n      3 │ x',
      'Expected ";" but found "x"',
    ],
    ['rustc', 'error[E0308]: mismatched types\n  --> src/a.ts:3:7\n   |', 'mismatched types'],
    ['gcc', "src/a.ts:3:7: error: expected ';'", "expected ';'"],
    [
      'tsc in colour',
      '\u001b[96msrc/a.ts\u001b[0m:\u001b[93m3\u001b[0m:\u001b[93m7\u001b[0m - error TS1: No.',
      'TS1: No.',
    ],
  ])('reads %s', (_tool, output, message) => {
    const place = { file: '/p/src/a.ts', line: 3, column: 7 }
    expect(findToolError(`building\n${output}\nmore`, '/p')).toEqual({ message, place })
  })

  it('finds nothing where no place is named', () => {
    expect(findToolError('Error: it went wrong', '/p')).toBeUndefined()
  })
})

describe('buildProject()', () => {
  const steps: string[] = []
  const build = async (command: string) => {
    await writeFile(join(folder, 'wasmcloud.toml'), toml(command))
    const env = { ...process.env, GUEST: guest.pathname }
    return buildProject(await readProject(folder), {
      env,
      onStep: (text) => steps.push(text),
      onToolOutput: (output) => steps.push(output),
    })
  }
  const node = (code: string): string => `node -e ${JSON.stringify(code)}`

  it('runs the command and checks that a component came out', async () => {
    const copy =
      "fs.mkdirSync('build',{recursive:true});fs.copyFileSync(process.env.GUEST,'build/hello.wasm')"
    expect(await build(node(copy))).toEqual({ componentPath: join(folder, 'build/hello.wasm') })
  })

  it("throws the tool's own error with file and line", async () => {
    const failing = node("console.error('src/a.ts(3,7): error TS1005: expected a semicolon');process.exit(2)")
    await expect(build(failing)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: 'Cannot build "hello": TS1005: expected a semicolon',
      place: { file: join(folder, 'src/a.ts'), line: 3, column: 7 },
    })
    expect(steps.at(-1)).toContain('error TS1005')
  })

  it('says that nothing came out, although the command succeeded', async () => {
    await expect(build(node('0'))).rejects.toThrow('succeeded but left no')
  })

  it('says that what came out is no component', async () => {
    const text = "fs.mkdirSync('build',{recursive:true});fs.writeFileSync('build/hello.wasm','text')"
    await expect(build(node(text))).rejects.toThrow('is no component')
  })
})

describe('createProject()', () => {
  const options = () => ({
    kind: 'component' as const,
    name: 'myHello',
    templateName: 'hello-world-typescript',
    parentFolder: folder,
  })

  it('names the project in every file, and leaves nothing of the template out', async () => {
    const { folder: project, files } = await createProject(options())
    expect(project).toBe(join(folder, 'my-hello'))
    expect(files).toContain('.gitignore')
    expect(await readFile(join(project, 'package.json'), 'utf8')).toContain('"name": "my-hello"')
    for (const file of files)
      expect(await readFile(join(project, file), 'utf8')).not.toContain('hello-world-typescript')
  })

  it('does not write into a folder that is there', async () => {
    await createProject(options())
    await expect(createProject(options())).rejects.toMatchObject({ code: 'PROJECT_EXISTS' })
  })

  it.each(['', 'a', '1a', '../up', 'a b', 'a/b', '-a'])(
    'refuses the name %j and creates nothing',
    async (name) => {
      await expect(createProject({ ...options(), name })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
      expect(await readdir(folder)).toEqual([])
    },
  )
})
