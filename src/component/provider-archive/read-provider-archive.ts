import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AppError, messageOf } from '../../core/errors.js'
import { parseProviderToken } from './claims.js'
import type { ProviderClaims } from './claims.js'
import { readTar } from './read-tar.js'

/** A provider archive, of which the program for one kind of machine was read. */
export interface ProviderArchive {
  /** The signed claims, and what they say. */
  readonly token: string
  readonly claims: ProviderClaims
  readonly program: Uint8Array
  /** Of the program: what identifies its content. */
  readonly digest: string
}

/** What to read. */
export interface ReadProviderArchiveOptions {
  /** For messages. */
  readonly file: string
  /** `x86_64-linux`. */
  readonly target: string
}

const maxBytes = 1024 ** 3

/** Whether the bytes begin as a provider archive does, compressed or not. */
export function isArchive(head: Uint8Array): boolean {
  return isCompressed(head) || new TextDecoder('latin1').decode(head.subarray(257, 262)) === 'ustar'
}

/**
 * Reads an archive, compressed or not. Throws PROVIDER_ARCHIVE_INVALID where it is damaged, lacks the token or a program for
 * the target, or where that program is not what the token says.
 */
export async function readProviderArchive(
  bytes: Uint8Array,
  { file, target }: ReadProviderArchiveOptions,
): Promise<ProviderArchive> {
  const invalid = (why: string, cause?: unknown): AppError =>
    new AppError('PROVIDER_ARCHIVE_INVALID', `Cannot use the provider archive "${file}": ${why}`, { cause })
  const { targets, program, token } = await unpack(bytes, target).catch((cause: unknown) => {
    throw invalid(messageOf(cause), cause)
  })
  if (token === undefined) throw invalid('it has no claims.jwt')
  const claims = parseOrThrow(token, invalid)
  if (!program) {
    const known = targets.sort().join(', ')
    throw invalid(`it has no program for ${target}, but ${known === '' ? 'none at all' : `for ${known}`}`)
  }
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', program)).toString('hex')
  if (claims.wascap.target_hashes[target] !== digest.toUpperCase()) {
    throw invalid(`its program for ${target} is not the one that was signed`)
  }
  return { token, claims, program, digest }
}

function parseOrThrow(token: string, invalid: (why: string, cause: unknown) => AppError): ProviderClaims {
  try {
    return parseProviderToken(token)
  } catch (cause) {
    throw invalid('its claims.jwt cannot be read', cause)
  }
}

async function unpack(bytes: Uint8Array, target: string) {
  const tar = isCompressed(bytes) ? await promisify(gunzip)(bytes, { maxOutputLength: maxBytes }) : bytes
  const targets: string[] = []
  let program: Uint8Array<ArrayBuffer> | undefined
  let token: string | undefined
  for (const entry of readTar(tar)) {
    const stem = (entry.name.split('/').at(-1) ?? '').replace(/\.[^.]*$/, '')
    if (stem === 'claims') token = new TextDecoder().decode(entry.bytes)
    // The interfaces that it comes with.
    if (stem === 'claims' || entry.name.endsWith('.wasm')) continue
    targets.push(stem)
    if (stem === target) program = Uint8Array.from(entry.bytes)
  }
  return { targets, program, token }
}

function isCompressed(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}
