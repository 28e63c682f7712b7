import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { deployApplication } from '../apps/deploy/deploy-application.js'
import type { ConfigChoice } from './stored-config.js'

/** How a component is started. */
export interface StartComponentOptions {
  /** Values of wasi:config: names of configs, or values, stored as config `ID-config`. */
  readonly config?: ConfigChoice | undefined
  /** Calls that it may run at the same time. Default 10. */
  readonly maxInstances?: number | undefined
  /** Replaces the code of the component where it runs with another image. Default false. */
  readonly allowUpdate?: boolean | undefined
}

/** How a provider is started. */
export interface StartProviderOptions {
  /** Names of configs, or values, stored as config `ID-config`. */
  readonly config?: ConfigChoice | undefined
}

/** A manifest that is not in a file. */
export interface ManifestText {
  /** YAML or JSON. */
  readonly text: string
  /** Where relative `file://` images start. Default: the current one. */
  readonly folder?: string | undefined
}

/** How an application is deployed. */
export interface ApplyOptions {
  /** Deletes the stored version of the manifest first. Default false: a version with other contents is refused. */
  readonly replace?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** Where deployApplication() reads a manifest. */
export function toManifestSource(
  manifest: string | URL | ManifestText,
): Parameters<typeof deployApplication>[0]['source'] {
  if (typeof manifest === 'string') return { kind: 'file', path: resolve(manifest) }
  if (manifest instanceof URL) return { kind: 'file', path: fileURLToPath(manifest) }
  const { text, folder = '.' } = manifest
  return { kind: 'text', text, label: 'manifest', folder: resolve(folder) }
}
