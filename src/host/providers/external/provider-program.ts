import { access, chmod, mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { execPath } from 'node:process'
import type { ProviderClaims } from '../../../component/provider-archive/claims.js'
import { isArchive, readProviderArchive } from '../../../component/provider-archive/read-provider-archive.js'
import { AppError } from '../../../core/errors.js'
import { fileReason } from '../../../core/file-reason.js'
import { readProgramHead } from './program-head.js'

/** A provider that can be run. */
export interface ProviderProgram {
  readonly command: readonly [file: string, ...args: string[]]
  /** As its archive names it, else the file. */
  readonly name: string
  /** Of an archive: the signed claims, and what they say. */
  readonly token?: string | undefined
  readonly claims?: ProviderClaims | undefined
}

/** What prepareProviderProgram() needs to know. */
export interface PrepareProgramOptions {
  /** Where programs of archives are unpacked, by their content; it may be deleted at any time. */
  readonly folder: string
  /** This machine, as archives name it. */
  readonly target: string
}

const maxArchiveBytes = 512 * 1024 * 1024
const headBytes = 512

/**
 * The program of a file: an archive's is unpacked, an executable runs where it is, and JavaScript with this Node. Throws
 * PROVIDER_NOT_FOUND for what is no such file, or PROVIDER_ARCHIVE_INVALID.
 */
export async function prepareProviderProgram(
  file: string,
  { folder, target }: PrepareProgramOptions,
): Promise<ProviderProgram> {
  const head = await readHead(file)
  const name = basename(file).replace(/(\.par)?(\.gz)?$/, '')
  if (isArchive(head)) {
    const archive = await readProviderArchive(await readArchive(file), { file, target })
    const { token, claims, program, digest } = archive
    const unpacked = await unpackOnce(program, { folder, digest })
    return { command: [unpacked], name: claims.wascap.name ?? name, token, claims }
  }
  if (/\.[cm]?js$/.test(file)) return { command: [execPath, file], name }
  requireExecutable(file, head, target)
  return { command: [file], name }
}

/** Written under another name first, and never again: a program that runs somewhere cannot be written to. */
async function unpackOnce(
  program: Uint8Array,
  { folder, digest }: { readonly folder: string; readonly digest: string },
): Promise<string> {
  const file = join(folder, digest)
  const isThere = await access(file).then(
    () => true,
    () => false, // the first time
  )
  if (isThere) return file
  await mkdir(folder, { recursive: true })
  const draft = `${file}.${crypto.randomUUID()}`
  await writeFile(draft, program)
  await chmod(draft, 0o755)
  await rename(draft, file)
  return file
}

async function readHead(file: string): Promise<Uint8Array> {
  try {
    if (!(await stat(file)).isFile()) throw notFound(file, 'it is no regular file')
    await using handle = await open(file)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } catch (cause) {
    throw cause instanceof AppError ? cause : notFound(file, fileReason(cause), cause)
  }
}

async function readArchive(file: string): Promise<Uint8Array> {
  try {
    if ((await stat(file)).size > maxArchiveBytes) throw notFound(file, 'it is larger than 512 MiB')
    return await readFile(file)
  } catch (cause) {
    throw cause instanceof AppError ? cause : notFound(file, fileReason(cause), cause)
  }
}

/** Says early what the system would only call an exec format error, or have a shell try to read. */
function requireExecutable(file: string, head: Uint8Array, target: string): void {
  const program = readProgramHead(head)
  switch (program.kind) {
    case 'script':
      return
    case 'wasm':
      throw notFound(file, 'it is WebAssembly: a component, or a module, not a provider')
    case 'program':
      if (!program.runsOn(target))
        throw notFound(file, `it is a program for ${program.system}, and here is ${target}`)
      return
    case 'unknown':
      throw notFound(file, 'it is neither a provider archive (.par.gz) nor an executable')
    default:
      program satisfies never
  }
}

function notFound(file: string, why: string, cause?: unknown): AppError {
  const hint = 'Check the path, or name an embedded provider'
  return new AppError('PROVIDER_NOT_FOUND', `Cannot read provider "${file}": ${why}`, { hint, cause })
}
