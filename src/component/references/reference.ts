import { AppError } from '../../core/errors.js'

/** Where a component or provider comes from. `text` is the reference as it was written. */
export type Reference = FileReference | OciReference | BuiltinReference

/** A file. A relative path is relative to the manifest's folder or to the current one: the user of it knows. */
export interface FileReference {
  readonly kind: 'file'
  readonly text: string
  readonly path: string
}

/** An image of a registry. At least one of `tag` and `digest` is there, save for references without either. */
export interface OciReference {
  readonly kind: 'oci'
  readonly text: string
  /** With its port, if it has one: `ghcr.io`, `localhost:5000`. */
  readonly registry: string
  /** Without the registry: `wasmcloud/http-server`. */
  readonly repository: string
  readonly tag?: string | undefined
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string | undefined
}

/** A provider that every host has: `wasmcloud+builtin://http-server`. */
export interface BuiltinReference {
  readonly kind: 'builtin'
  readonly text: string
  readonly name: string
}

const builtinScheme = 'wasmcloud+builtin://'
const fileScheme = 'file://'
const imageSchemes = ['oci://', 'https://', 'http://']

/** The registry of an image that names none, as in other tools. */
const defaultRegistry = 'docker.io'

/**
 * Parses a reference: `file://` with an absolute or relative path, a plain path, `wasmcloud+builtin://NAME`, or an
 * image with or without `oci://`. A reference without a scheme is a path if it starts like one (`/`, `./`, `../`),
 * or if it ends in a file's extension and has no tag; anything else is an image.
 * Throws COMPONENT_REFERENCE_INVALID for what is none of these.
 */
export function parseReference(text: string): Reference {
  if (text.startsWith(builtinScheme)) return parseBuiltin(text)
  if (text.startsWith(fileScheme)) return fileReference(text, text.slice(fileScheme.length))
  const imageScheme = imageSchemes.find((scheme) => text.startsWith(scheme))
  if (imageScheme !== undefined) return parseOci(text, text.slice(imageScheme.length))
  const scheme = /^([A-Za-z][\w+.-]*):\/\//.exec(text)?.[1]
  if (scheme !== undefined) throw invalidReference(text, `"${scheme}" is no scheme of references`)
  return looksLikePath(text) ? fileReference(text, text) : parseOci(text, text)
}

function looksLikePath(text: string): boolean {
  if (/^(?:\.{0,2}[/\\]|[A-Za-z]:[/\\]|\.{1,2}$)/.test(text)) return true
  if (/\.(?:wasm|par|par\.gz)$/.test(text) && !/:[^/]*$/.test(text)) return true
  // Without a tag, only what starts with a registry is an image.
  return !/[:@]/.test(text) && !/^(?:localhost|[^/]*\.[^/]*)\//.test(text)
}

function fileReference(text: string, path: string): FileReference {
  if (path === '') throw invalidReference(text, text === '' ? 'it is empty' : 'it names no file')
  if (path.includes('\0')) throw invalidReference(text, 'it contains a NUL character')
  return { kind: 'file', text, path }
}

function parseBuiltin(text: string): BuiltinReference {
  const name = text.slice(builtinScheme.length)
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) throw invalidReference(text, 'it names no built-in provider')
  return { kind: 'builtin', text, name }
}

const digestShape = /^sha256:[0-9a-f]{64}$/
const tagShape = /^\w[\w.-]{0,127}$/
const registryShape =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\d{1,5})?$/
const repositoryPartShape = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/

/** An image: `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]`. Hosts lower-case names, so that they are not told apart by case. */
function parseOci(text: string, image: string): OciReference {
  const [nameAndTag = '', digest, ...more] = image.split('@')
  if (more.length > 0) throw invalidReference(text, 'it has more than one digest')
  const [, name = '', tag] = /^(.*?)(?::([^:/]*))?$/s.exec(nameAndTag) ?? []
  const parts = name.toLowerCase().split('/')
  const hasRegistry = parts.length > 1 && /[.:]|^localhost$/.test(parts[0] ?? '')
  const [registry = defaultRegistry, repository] = hasRegistry
    ? [parts[0], parts.slice(1)]
    : [defaultRegistry, parts]
  if (!registryShape.test(registry)) throw invalidReference(text, `"${registry}" is no registry`)
  if (!repository.every((part) => repositoryPartShape.test(part))) {
    throw invalidReference(text, `"${repository.join('/')}" is no name of an image`)
  }
  if (tag !== undefined && !tagShape.test(tag)) throw invalidReference(text, `"${tag}" is no tag`)
  if (digest !== undefined && !digestShape.test(digest)) {
    throw invalidReference(text, `"${digest}" is no digest`)
  }
  return { kind: 'oci', text, registry, repository: repository.join('/'), tag, digest }
}

function invalidReference(text: string, why: string): AppError {
  return new AppError(
    'COMPONENT_REFERENCE_INVALID',
    `Cannot use the reference ${JSON.stringify(text)}: ${why}`,
    {
      hint: 'Write a file as file://PATH and an image as REGISTRY/NAME:TAG',
    },
  )
}
