import { AppError } from '../core/errors.js'

/** What is known of a new context: fields of its file, and its name. */
export interface ContextValues {
  readonly name: string | undefined
  readonly ctl_host?: string | undefined
  readonly ctl_port?: number | undefined
  readonly ctl_credsfile?: string | undefined
  readonly lattice?: string | undefined
  readonly [field: string]: string | number | boolean | undefined
}

/**
 * The values of a new context without those that nobody has said; asks for the name, where the lattice is, and a
 * credentials file, where somebody can be asked. Throws USAGE_INVALID where there is no name.
 */
export async function askContext(
  given: ContextValues,
  { asks }: { readonly asks: boolean },
): Promise<Readonly<Record<string, unknown>> & { readonly name: string }> {
  const { name: said, ...values } = given
  const name = said ?? (asks ? await ask('Name of the context', '') : undefined)
  if (name === undefined || name === '') {
    throw new AppError('USAGE_INVALID', 'Missing argument NAME for "washi ctx new"', {
      hint: 'Run "washi ctx new --help"',
    })
  }
  const answers = asks ? await askForRest(given) : {}
  const known = Object.entries({ ...values, ...answers }).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(known), name }
}

async function askForRest(given: ContextValues): Promise<Partial<ContextValues>> {
  const host = given.ctl_host ?? (await ask('Host of the NATS server', '127.0.0.1'))
  const port = given.ctl_port ?? toPort(await ask('Port of the NATS server', '4222'))
  const lattice = given.lattice ?? (await ask('Name of the lattice', 'default'))
  const credentials = given.ctl_credsfile ?? (await ask('Credentials file, if it wants one', ''))
  return {
    ctl_host: host,
    ctl_port: port,
    lattice,
    ctl_credsfile: credentials === '' ? undefined : credentials,
  }
}

function toPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65536) return port
  throw new AppError('USAGE_INVALID', `Not a port: "${text}"`, { hint: 'A port is a number up to 65535' })
}

async function ask(message: string, usual: string): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({ message, placeholder: usual, defaultValue: usual })
  if (isCancel(answer)) throw new AppError('INTERRUPTED', 'Cancelled, nothing was created')
  return answer
}
