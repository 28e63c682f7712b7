import { stat } from 'node:fs/promises'
import type { ApplicationsClient } from '../apps/api/applications-client.js'
import type { ApplicationSummary } from '../apps/api/applications.js'
import type { NamedVersion } from '../apps/deploy/undeploy-application.js'
import { readManifest } from '../apps/deploy/prepare-manifest.js'
import { versionOf } from '../apps/manifest/manifest.js'
import { AppError } from '../core/errors.js'

/** Which applications a command is to work on. */
export interface ChosenApplications {
  readonly name: string | undefined
  readonly all: 'all' | 'deployed' | 'undeployed' | undefined
}

/** Throws USAGE_INVALID where arguments and flags choose nothing, or too much; call it before anything is asked. */
export function checkChoice({ name, all }: ChosenApplications): void {
  if (all !== undefined && name !== undefined) {
    throw new AppError('USAGE_INVALID', `Cannot take "${name}" and all applications at once`, {
      hint: 'Leave one of them out',
    })
  }
  if (all === undefined && name === undefined) {
    throw new AppError('USAGE_INVALID', 'Missing the name of the application', {
      hint: 'Give a name or a manifest, or see the flags for all: --help',
    })
  }
}

/** The chosen names, and the version where one was given or the manifest names one. */
export async function chosenVersions(
  client: ApplicationsClient,
  { name, version, all }: ChosenApplications & { readonly version?: string | undefined },
): Promise<readonly NamedVersion[]> {
  if (name === undefined) {
    const applications = await client.list()
    return applications.filter((each) => isChosen(each, all ?? 'all')).map((each) => ({ name: each.name }))
  }
  if (!(await isFile(name))) return [{ name, version }]
  const { manifest } = await readManifest({ kind: 'file', path: name })
  return [{ name: manifest.metadata.name, version: version ?? versionOf(manifest) }]
}

function isChosen({ deployedVersion }: ApplicationSummary, all: 'all' | 'deployed' | 'undeployed'): boolean {
  return all === 'all' || (all === 'deployed') === (deployedVersion !== undefined)
}

async function isFile(argument: string): Promise<boolean> {
  return await stat(argument).then(
    (found) => found.isFile(),
    () => false, // then it is a name
  )
}
