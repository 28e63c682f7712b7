import { AppError } from '../../core/errors.js'
import type { World } from '../../wit/model.js'
import { isManifestName } from '../manifest/validate-manifest.js'
import { planApplication } from './plan-application.js'
import type { PlannedApplication, ProviderChoice, SourceComponent } from './planned-application.js'
import { componentLines, providerLines } from './planned-lines.js'
import { indent, scalar } from './yaml-text.js'

/** What an application is derived from. */
export interface DeriveOptions {
  /** Name of the application. */
  readonly name: string
  readonly components: readonly SourceComponent[]
  readonly providers?: readonly ProviderChoice[] | undefined
  readonly description?: string | undefined
  /** Without one, every deploy makes a version of its own. */
  readonly version?: string | undefined
}

/** What an application of one component is derived from. */
export interface DeriveManifestOptions extends Omit<DeriveOptions, 'components'> {
  readonly world: World
  /** Reference of the component, such as `file://./build/hello.wasm`. */
  readonly image: string
}

/** A manifest, and what it leaves to its reader. */
export interface DerivedManifest {
  /** YAML, with comments. */
  readonly text: string
  /** One sentence per thing that the manifest could not connect. */
  readonly warnings: readonly string[]
}

/** As deriveApplication(), for one component, which has the name of the application. */
export function deriveManifest({ world, image, ...options }: DeriveManifestOptions): DerivedManifest {
  return deriveApplication({ ...options, components: [{ name: options.name, image, world }] })
}

/**
 * Derives the manifest of an application, with every import and export of its components accounted for: by a link to another
 * component or a known provider, by a comment that the host has it built in, or by a commented link and a warning. Each choice has
 * its reason in a comment. The same components give the same text. Throws USAGE_INVALID for a name that no application may have.
 */
export function deriveApplication(options: DeriveOptions): DerivedManifest {
  checkOptions(options)
  const planned = planApplication(options.components, options.providers)
  return { text: toText(options, planned), warnings: planned.warnings }
}

function checkOptions({ name, version, components }: DeriveOptions): void {
  const invalid = [name, ...components.map((component) => component.name)].find(
    (each) => !isManifestName(each),
  )
  if (invalid !== undefined) {
    throw new AppError(
      'USAGE_INVALID',
      `Cannot name an application ${JSON.stringify(invalid)}: names are letters, digits, hyphens and underscores`,
      { hint: 'Give another name with --name' },
    )
  }
  if (version === 'latest') {
    throw new AppError('USAGE_INVALID', 'Cannot give an application the version "latest"', {
      hint: 'Give another version with --app-version',
    })
  }
}

function toText(options: DeriveOptions, { components, providers }: PlannedApplication): string {
  const parts = [...components.map(componentLines), ...providers.map(providerLines)]
  const lines = [
    'apiVersion: core.oam.dev/v1beta1',
    'kind: Application',
    'metadata:',
    ...indent(metadata(options), 1),
    'spec:',
    '  components:',
    ...parts.flatMap((part, index) => [...(index === 0 ? [] : ['']), ...indent(part, 2)]),
  ]
  return `${lines.join('\n')}\n`
}

function metadata({ name, version, description }: DeriveOptions): string[] {
  return [
    `name: ${scalar(name)}`,
    'annotations:',
    ...(version === undefined ? [] : [`  version: ${scalar(version)}`]),
    `  description: ${scalar(description ?? 'A wasmCloud application')}`,
    'labels:',
    '  generated-by: washi-wit2wadm',
  ]
}
