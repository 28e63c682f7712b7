import { readFile } from 'node:fs/promises'
import { AppError, messageOf } from '../core/errors.js'
import type { SecretValue } from '../lattice/secrets/secret-value.js'

/** Where a value may come from. */
export interface SecretSource {
  readonly file: string | undefined
  /** Name of an environment variable. */
  readonly variable: string | undefined
  readonly isBinary: boolean
  readonly terminal: { readonly interactive: boolean }
}

/**
 * Reads a secret from the file, the variable, or standard input, where it asks for it on a terminal. Throws USAGE_INVALID where
 * there is none, without showing anything of it.
 */
export async function readSecretValue(source: SecretSource): Promise<SecretValue> {
  const bytes = await readBytes(source)
  if (bytes.length === 0) {
    throw new AppError('USAGE_INVALID', 'The value of the secret is empty', {
      hint: 'Write it to standard input, or pass --from-file or --from-env',
    })
  }
  if (source.isBinary) return { kind: 'bytes', value: Uint8Array.from(bytes) }
  try {
    return { kind: 'string', value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    // Not text, so it is stored as the bytes that it is.
    return { kind: 'bytes', value: Uint8Array.from(bytes) }
  }
}

async function readBytes({ file, variable, isBinary, terminal }: SecretSource): Promise<Buffer> {
  if (variable !== undefined) return Buffer.from(process.env[variable] ?? '')
  if (file !== undefined) return await readFileBytes(file)
  if (terminal.interactive) return Buffer.from(await ask())
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer) // no encoding is set
  const bytes = Buffer.concat(chunks)
  return isBinary ? bytes : withoutLineBreak(bytes)
}

async function readFileBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new AppError('USAGE_INVALID', `Cannot read the secret from "${file}": ${messageOf(cause)}`, {
      cause,
    })
  }
}

/** As a shell's `echo` adds it. */
function withoutLineBreak(bytes: Buffer): Buffer {
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? 2 : 1) : 0
  return bytes.subarray(0, bytes.length - end)
}

async function ask(): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message: 'Value of the secret' })
  if (isCancel(answer)) throw new AppError('INTERRUPTED', 'Cancelled, nothing was stored')
  return answer
}
