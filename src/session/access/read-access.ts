import { readFile } from 'node:fs/promises'
import { AppError, messageOf } from '../../core/errors.js'
import type { LatticeAccess, LatticeLogin, LatticeTls } from '../../lattice/access.js'

/** What a user said of how to get into a bus: values, or files that hold them. */
export interface AccessChoice {
  /** A JWT, or a file with one. */
  readonly jwt?: string | undefined
  /** A seed, or a file with one. */
  readonly seed?: string | undefined
  /** A file with both. */
  readonly credsFile?: string | undefined
  readonly tlsCaFile?: string | undefined
  readonly isTlsFirst?: boolean | undefined
}

/** What is fixed already: `tls://` in the address, and `user:password@` before it. */
export interface AddressAccess {
  readonly isTls: boolean
  readonly login: LatticeLogin | undefined
}

/**
 * Reads the files that a choice names. As in wash, a JWT with a seed comes before a credentials file, and that before
 * what the address holds; a seed alone is an nkey. Throws CREDENTIALS_INVALID with the file or flag, never with a value.
 */
export async function readAccess(choice: AccessChoice, address: AddressAccess): Promise<LatticeAccess> {
  return { login: (await readLogin(choice)) ?? address.login, tls: await readTls(choice, address) }
}

async function readLogin({ jwt, seed, credsFile }: AccessChoice): Promise<LatticeLogin | undefined> {
  if (seed) {
    const secret = await valueOrFile(seed)
    return jwt ? { kind: 'jwt', jwt: await valueOrFile(jwt), seed: secret } : { kind: 'nkey', seed: secret }
  }
  if (credsFile) return parseCreds(credsFile, await readText(credsFile, 'credentials'))
  if (!jwt) return undefined
  throw invalid('A JWT alone lets nobody in: its seed signs what the server asks', {
    hint: 'Add the seed: --ctl-seed FILE, or give both in one file: --ctl-credsfile FILE',
  })
}

/** The two blocks of a `.creds` file; what stands around them is for people. */
function parseCreds(file: string, text: string): LatticeLogin {
  const jwt = block(text, 'NATS USER JWT')
  const seed = block(text, 'USER NKEY SEED')
  if (jwt && seed) return { kind: 'jwt', jwt, seed }
  throw invalid(`Cannot read the credentials of ${file}: there is no ${jwt ? 'seed' : 'JWT'} in it`, {
    hint: 'A .creds file of NATS holds a user JWT and a user nkey seed',
  })
}

function block(text: string, title: string): string | undefined {
  return new RegExp(`-{3,}BEGIN ${title}-{3,}\\s+(\\S+)\\s+-{3,}END ${title}-{3,}`).exec(text)?.[1]
}

async function readTls(
  { tlsCaFile, isTlsFirst }: AccessChoice,
  { isTls }: AddressAccess,
): Promise<LatticeTls | undefined> {
  if (!tlsCaFile && !isTlsFirst && !isTls) return undefined
  const ca = tlsCaFile ? await readText(tlsCaFile, 'certificates') : undefined
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----')) {
    throw invalid(`There is no certificate in ${String(tlsCaFile)}`, { hint: 'It has to be in PEM form' })
  }
  return { ca, isFirst: isTlsFirst }
}

/** As wash has it: the content where it is the name of a file, else the value itself. */
async function valueOrFile(text: string): Promise<string> {
  const content = await readFile(text, 'utf8').catch(() => undefined) // then it is the value
  return (content ?? text).trim()
}

async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw invalid(`Cannot read the ${what} of ${file}: ${messageOf(cause)}`, { cause })
  }
}

function invalid(message: string, details: { readonly hint?: string; readonly cause?: unknown }): AppError {
  return new AppError('CREDENTIALS_INVALID', message, details)
}
