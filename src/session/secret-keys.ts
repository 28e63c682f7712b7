import { chmod, mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { AppError } from '../core/errors.js'
import { createXkey } from '../lattice/secrets/xkey.js'

const keysSchema = z.object({ transitSeed: z.string(), encryptionSeed: z.string() })

/** The keys of the secrets backend that a session runs. */
export type SecretKeys = Readonly<z.infer<typeof keysSchema>>

/** New keys, which are kept nowhere. */
export function createSecretKeys(): SecretKeys {
  return { transitSeed: createXkey().seed, encryptionSeed: createXkey().seed }
}

/** The keys in the file, which is made, for its owner alone, where there is none. Throws SEED_INVALID for another content. */
export async function readSecretKeys(file: string): Promise<SecretKeys> {
  const text = await readIfThere(file)
  if (text === undefined) return await writeKeys(file)
  const keys = parseKeys(text)
  if (keys) return keys
  throw new AppError('SEED_INVALID', `Cannot read the keys of the secrets backend in ${file}`, {
    hint: 'Restore that file; or move it away, and store all secrets anew',
  })
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new AppError('SEED_INVALID', `Cannot read ${file}`, { cause, hint: 'Check who may read it' })
  }
}

function parseKeys(text: string): SecretKeys | undefined {
  try {
    return keysSchema.parse(JSON.parse(text))
  } catch {
    // The caller names the file, and shows nothing of it.
    return undefined
  }
}

async function writeKeys(path: string): Promise<SecretKeys> {
  const keys = createSecretKeys()
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(keys)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await chmod(path, 0o600)
  return keys
}
