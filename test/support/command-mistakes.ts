import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** A command as the manifest describes it, with what its class alone knows. */
export interface DescribedCommand {
  /** `app deploy` */
  readonly name: string
  readonly isStrict: boolean
  readonly args: readonly { readonly name: string; readonly isRequired: boolean }[]
  readonly flags: readonly DescribedFlag[]
}

interface DescribedFlag {
  readonly name: string
  readonly isBoolean: boolean
  readonly isRequired: boolean
  readonly options: readonly string[] | undefined
  readonly exclusive: readonly string[]
  /** Whether it takes no value but some: a number, an interval. */
  readonly isTyped: boolean
}

interface Manifest {
  readonly commands: Readonly<
    Record<
      string,
      {
        readonly strict: boolean
        readonly args: Readonly<Record<string, { readonly name: string; readonly required?: boolean }>>
        readonly flags: Readonly<
          Record<
            string,
            {
              readonly type: string
              readonly required?: boolean
              readonly options?: readonly string[]
              readonly exclusive?: readonly string[]
            }
          >
        >
      }
    >
  >
}

const root = new URL('../../', import.meta.url)

/** Every command that there is, by name, so that a new one cannot be forgotten. The manifest has them in any order. */
export async function describeCommands(): Promise<readonly DescribedCommand[]> {
  const manifest = JSON.parse(readFileSync(new URL('oclif.manifest.json', root), 'utf8')) as Manifest
  return await Promise.all(
    Object.entries(manifest.commands)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([id, { strict, args, flags }]) => {
        const parsers = await parsersOf(id)
        return {
          name: id.replaceAll(':', ' '),
          isStrict: strict,
          args: Object.values(args).map(({ name, required = false }) => ({ name, isRequired: required })),
          flags: await Promise.all(
            Object.entries(flags).map(async ([name, flag]) => ({
              name,
              isBoolean: flag.type === 'boolean',
              isRequired: flag.required ?? false,
              options: flag.options,
              exclusive: flag.exclusive ?? [],
              isTyped: flag.type === 'option' && !flag.options && (await refuses(parsers[name])),
            })),
          ),
        }
      }),
  )
}

type Parse = (text: string, context: object, flag: object) => Promise<unknown>

async function parsersOf(id: string): Promise<Readonly<Record<string, Parse | undefined>>> {
  const path = `dist/cli/commands/${id.replaceAll(':', '/')}`
  const file = [`${path}.js`, `${path}/index.js`]
    .map((name) => new URL(name, root))
    .find((url) => existsSync(url))
  if (file === undefined) throw new Error(`there is no file of the command ${id}`)
  const loaded = (await import(pathToFileURL(file.pathname).href)) as {
    default: { flags?: Readonly<Record<string, { parse?: Parse }>>; baseFlags?: object }
  }
  const flags = { ...loaded.default.flags }
  return Object.fromEntries(Object.entries(flags).map(([name, { parse }]) => [name, parse]))
}

async function refuses(parse: Parse | undefined): Promise<boolean> {
  try {
    await parse?.('no-such-value', {}, {})
    return false
  } catch {
    return true
  }
}

const host = `N${'A'.repeat(55)}`

/** What an argument may be, so that the next mistake is the one that is looked for. */
const argumentValues: Readonly<Record<string, string>> = {
  'component-ref': 'file:///none.wasm',
  'new-component-ref': 'file:///none.wasm',
  'provider-ref': 'file:///none.par.gz',
  'host-id': host,
  function: 'a:b/c.d',
  label: 'a=b',
  values: 'a=b',
  backend: 'nats-kv',
  key: 'key',
  keytype: 'account',
  shell: 'bash',
  source: './none.yaml',
  'wit-namespace': 'wasi',
  'wit-package': 'http',
}

/** Flags without which a command goes no further. */
const furtherFlags: Readonly<Record<string, readonly string[]>> = {
  'link put': ['--interface', 'incoming-handler'],
  'secrets value put': ['--from-env', 'PATH'],
}

/** The command with arguments that are in order. */
export function inOrder(
  { name, args, flags }: DescribedCommand,
  values: Readonly<Record<string, string>> = {},
): string[] {
  // What can be left out, and then something else is meant: every link, standard input.
  const isLink = name.startsWith('link ')
  const given = args
    .filter(({ isRequired }) => isRequired || isLink || name === 'app put')
    .map((arg) => values[arg.name] ?? argumentValues[arg.name] ?? 'some')
  const required = flags.filter(({ isRequired }) => isRequired).flatMap((flag) => [`--${flag.name}`, 'some'])
  return [...name.split(' '), ...given, ...required, ...(furtherFlags[name] ?? [])]
}

/** Every way to get the command line wrong that the parser can tell, each with a name. */
export function usageMistakes(
  command: DescribedCommand,
): readonly (readonly [what: string, argv: readonly string[]])[] {
  const words = command.name.split(' ')
  const right = inOrder(command)
  const isMissing = command.args.some(({ isRequired }) => isRequired)
  return [
    ...(isMissing ? [['no arguments', words] as const] : []),
    ...(command.isStrict ? [['one argument too many', [...inOrderAll(command), 'surplus']] as const] : []),
    ['an unknown flag', [...right, '--no-such-flag']],
    ...command.flags.flatMap((flag) => flagMistakes(flag, right)),
  ]
}

function inOrderAll({ name, args }: DescribedCommand): readonly string[] {
  return [...name.split(' '), ...args.map((arg) => argumentValues[arg.name] ?? 'some')]
}

function flagMistakes(
  flag: DescribedFlag,
  right: readonly string[],
): (readonly [string, readonly string[]])[] {
  const dashed = `--${flag.name}`
  const value = flag.isBoolean ? [] : [flag.options?.[0] ?? (flag.isTyped ? '1' : 'some')]
  return [
    ...(flag.isBoolean || flag.name === 'watch'
      ? []
      : [[`${dashed} without a value`, [...right, dashed]] as const]),
    ...((flag.options || flag.isTyped) && flag.name !== 'watch'
      ? [[`${dashed} ill-typed`, [...right, dashed, 'no-such-value']] as const]
      : []),
    ...flag.exclusive.map(
      (other) =>
        [
          `${dashed} with --${other}`,
          [...right, dashed, ...value, `--${other}`, ...otherValue(other)],
        ] as const,
    ),
  ]
}

/** Exclusive flags that take none are few. */
function otherValue(name: string): readonly string[] {
  return [
    'all',
    'wit',
    'dump',
    'all-undeployed',
    'http-response-body',
    'http-response-extract-json',
  ].includes(name)
    ? []
    : ['some']
}
