import { open, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError } from '../../core/errors.js'
import { fileReason } from '../../core/file-reason.js'
import { type FileReference, parseReference } from './reference.js'

/** Components are at most this long: what wasmCloud's tools refuse to push is no larger. */
const defaultMaxBytes = 50 * 1024 * 1024

/** Options of loadComponent(). */
export interface LoadComponentOptions {
  /** The folder that relative paths start from; the current one where it is absent. */
  readonly folder?: string | undefined
  /** Default 50 MiB. */
  readonly maxBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The bytes that a reference names. Throws COMPONENT_REFERENCE_INVALID or COMPONENT_REFERENCE_UNSUPPORTED for one that
 * is no file, COMPONENT_NOT_FOUND where there is no such file, where it is none, unreadable or too long, and the
 * signal's reason. What the bytes are is not looked at.
 */
export async function loadComponent(
  reference: string,
  options: LoadComponentOptions = {},
): Promise<Uint8Array> {
  options.signal?.throwIfAborted()
  const parsed = parseReference(reference)
  switch (parsed.kind) {
    case 'file':
      return readComponentFile(parsed, options)
    case 'oci':
      throw new AppError(
        'COMPONENT_REFERENCE_UNSUPPORTED',
        `Cannot pull "${parsed.text}": components are not loaded from registries yet`,
        { hint: 'Use a file:// reference' },
      )
    case 'builtin':
      throw new AppError(
        'COMPONENT_REFERENCE_UNSUPPORTED',
        `Cannot load "${parsed.text}": it is a built-in provider, not a component`,
        { hint: 'Use a file:// reference' },
      )
    default:
      return parsed satisfies never
  }
}

async function readComponentFile(
  { path }: FileReference,
  { folder, maxBytes = defaultMaxBytes, signal }: LoadComponentOptions,
): Promise<Uint8Array> {
  const file = folder === undefined ? path : resolve(folder, path)
  try {
    const { size } = await statFile(file)
    if (size > maxBytes) throw unreadable(file, `it is larger than ${formatBytes(maxBytes)}`)
    await using handle = await open(file)
    const bytes = await handle.readFile({ signal })
    // It may have grown since.
    if (bytes.length > maxBytes) throw unreadable(file, `it is larger than ${formatBytes(maxBytes)}`)
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  } catch (thrown) {
    signal?.throwIfAborted()
    if (thrown instanceof AppError) throw thrown
    throw unreadable(file, fileReason(thrown), thrown)
  }
}

async function statFile(file: string): Promise<{ readonly size: number }> {
  const status = await stat(file)
  if (status.isDirectory()) throw unreadable(file, 'it is a directory')
  if (!status.isFile()) throw unreadable(file, 'it is not a regular file')
  return status
}

function unreadable(file: string, why: string, cause?: unknown): AppError {
  const hint =
    why === 'no such file' ? 'Check the path, or build the component: washi build' : 'Check the path'
  return new AppError('COMPONENT_NOT_FOUND', `Cannot read component "${file}": ${why}`, { hint, cause })
}

function formatBytes(bytes: number): string {
  const mebibytes = bytes / (1024 * 1024)
  return Number.isInteger(mebibytes) ? `${mebibytes} MiB` : `${bytes} bytes`
}
