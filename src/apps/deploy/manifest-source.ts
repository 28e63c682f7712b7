import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AppError, messageOf } from '../../core/errors.js'

/** Where a manifest comes from. */
export type ManifestSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  /** Standard input, for one; `label` stands for the file in messages, `folder` is what relative images start from. */
  | { readonly kind: 'text'; readonly text: string; readonly label: string; readonly folder: string }

/** The text of a manifest, with what messages and relative images need. */
export interface ManifestText {
  readonly text: string
  readonly label: string
  /** What relative images start from; undefined where there is no such folder. */
  readonly folder: string | undefined
}

const fetchTimeoutMs = 5_000
const maxBytes = 1024 * 1024

/** Reads a manifest. Throws MANIFEST_UNREADABLE. */
export async function readManifestText(source: ManifestSource): Promise<ManifestText> {
  switch (source.kind) {
    case 'text':
      return source
    case 'file':
      return await readFileText(source.path)
    case 'url':
      return { text: await fetchText(source.url), label: source.url, folder: undefined }
    default:
      return source satisfies never
  }
}

async function readFileText(path: string): Promise<ManifestText> {
  try {
    return { text: await readFile(path, 'utf8'), label: path, folder: dirname(resolve(path)) }
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : messageOf(cause)
    throw new AppError('MANIFEST_UNREADABLE', `Cannot read manifest "${path}": ${reason}`, {
      hint: 'Check the path, or derive a manifest: washi wit2wadm COMPONENT.wasm > wadm.yaml',
      place: { file: path },
      cause,
    })
  }
}

async function fetchText(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(fetchTimeoutMs) })
    if (!response.ok) throw new Error(`the server answers ${response.status} ${response.statusText}`.trim())
    const bytes = await response.arrayBuffer()
    if (bytes.byteLength > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`)
    return new TextDecoder().decode(bytes)
  } catch (cause) {
    throw new AppError('MANIFEST_UNREADABLE', `Cannot fetch manifest "${url}": ${reasonOf(cause)}`, {
      hint: `Look at it yourself: curl -fsSL ${url}`,
      cause,
    })
  }
}

/** fetch() says "fetch failed" and hides the reason in its cause. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof DOMException && thrown.name === 'TimeoutError')
    return `no answer within ${fetchTimeoutMs / 1000} s`
  const cause = thrown instanceof Error ? thrown.cause : undefined
  return messageOf(cause instanceof Error ? cause : thrown)
}
