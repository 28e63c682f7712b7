import { AppError } from '../../core/errors.js'
import type { World } from '../../wit/model.js'
import { isManifestName } from '../manifest/validate-manifest.js'
import { type Account, accountFor, type LinkNeed, type PackageNeed } from './account.js'
import type { KnownConfig, KnownProvider } from './known-providers.js'
import { comment, flowList, indent, scalar } from './yaml-text.js'

/** What a manifest is derived from. */
export interface DeriveManifestOptions {
  readonly world: World
  /** Name of the application, and of its component. */
  readonly name: string
  /** Reference of the component, such as `file://./build/hello.wasm`. */
  readonly image: string
  readonly description?: string | undefined
  /** Without one, every deploy makes a version of its own. */
  readonly version?: string | undefined
}

/** A manifest, and what it leaves to its reader. */
export interface DerivedManifest {
  /** YAML, with comments. */
  readonly text: string
  /** One sentence per thing that the manifest could not connect. */
  readonly warnings: readonly string[]
}

/**
 * Derives the manifest of an application of one component, with every import and export of it accounted for: by a
 * link to a known provider, by a comment that the host has it built in, or by a commented link and a warning.
 * The same component gives the same text. Throws USAGE_INVALID for a name that no application may have.
 */
export function deriveManifest(options: DeriveManifestOptions): DerivedManifest {
  const { name, version } = options
  if (!isManifestName(name)) {
    throw new AppError(
      'USAGE_INVALID',
      `Cannot name an application ${JSON.stringify(name)}: names are letters, digits, hyphens and underscores`,
      { hint: 'Give another name with --name' },
    )
  }
  if (version === 'latest') {
    throw new AppError('USAGE_INVALID', 'Cannot give an application the version "latest"', {
      hint: 'Give another version with --app-version',
    })
  }
  const account = accountFor(options.world)
  const lines = [
    'apiVersion: core.oam.dev/v1beta1',
    'kind: Application',
    'metadata:',
    ...indent(metadata(options), 1),
    'spec:',
    '  components:',
    ...indent(component(options, account), 2),
    ...providersOf(account).flatMap((provider) => ['', ...indent(providerLines(provider, account, name), 2)]),
  ]
  return { text: `${lines.join('\n')}\n`, warnings: warningsOf(account) }
}

function metadata({ name, version, description }: DeriveManifestOptions): string[] {
  return [
    `name: ${scalar(name)}`,
    'annotations:',
    ...(version === undefined ? [] : [`  version: ${scalar(version)}`]),
    `  description: ${scalar(description ?? 'A wasmCloud application')}`,
    'labels:',
    '  generated-by: washi-wit2wadm',
  ]
}

function component({ name, image }: DeriveManifestOptions, account: Account): string[] {
  const links = account.imports.map((need) => ({
    lines: link({ ...need.link, interfaces: need.interfaces, target: nameOf(need.provider, name) }),
    need,
  }))
  return [
    `- name: ${scalar(name)}`,
    '  type: component',
    '  properties:',
    `    image: ${scalar(image)}`,
    '  traits:',
    '    # How many calls it answers at a time.',
    '    - type: spreadscaler',
    '      properties:',
    '        instances: 1',
    ...links.flatMap(({ lines, need }) => indent(importLines(lines, need), 2)),
    ...account.unknownImports.flatMap((need) => indent(unknownImportLines(need), 2)),
    ...indent(comment(notes(account, name)), 1),
  ]
}

/** What the component imports or exports without a link that the manifest could make. */
function notes(account: Account, name: string): string[] {
  const { builtIns, unknownExports, unlinkable } = account
  return [
    ...unlinkable.map(
      ({ role, name }) => `It ${role} ${name}, which has no package: no link can connect it.`,
    ),
    ...unknownExports.flatMap((need) => [
      `It exports ${describe(need)}, which no known provider calls. Other components call it by a link to this one:`,
      ...link({ ...need, target: name }).map((line) => `  ${line}`),
    ]),
    ...(builtIns.length === 0
      ? []
      : [
          'It also imports these, which every host has built in, so that they need no link:',
          ...builtIns.map((each) => `  ${each.name}${each.note === undefined ? '' : ` (${each.note})`}`),
        ]),
  ]
}

function importLines(lines: readonly string[], need: LinkNeed): string[] {
  const { commented } = need.link
  if (!commented) return [...lines]
  return comment([
    `It imports ${describe({ ...need.link, interfaces: need.interfaces })}.`,
    ...commented,
    ...lines,
  ])
}

function unknownImportLines(need: PackageNeed): string[] {
  return comment([
    `It imports ${describe(need)}, which no known provider serves. Name the component or provider that does`,
    'as the target, add it below, and uncomment:',
    ...link({ ...need, target: 'TARGET' }),
  ])
}

interface Link extends PackageNeed {
  readonly target: string
  readonly config?: KnownConfig | undefined
  /** Which end of the link the provider is; its configuration is that end's. */
  readonly providerIs?: 'source' | 'target' | undefined
}

function link({
  namespace,
  package: packageName,
  interfaces,
  target,
  config,
  providerIs = 'target',
}: Link): string[] {
  const configLines = config ? ['config:', ...indent(namedConfig(config), 1)] : []
  return [
    '- type: link',
    '  properties:',
    '    target:',
    `      name: ${scalar(target)}`,
    ...(providerIs === 'target' ? indent(configLines, 3) : []),
    `    namespace: ${scalar(namespace)}`,
    `    package: ${scalar(packageName)}`,
    `    interfaces: ${flowList(interfaces)}`,
    ...(providerIs === 'source' && config ? ['    source:', ...indent(configLines, 3)] : []),
  ]
}

function namedConfig({ name, comment: note, properties }: KnownConfig): string[] {
  return [
    `- name: ${scalar(name)}`,
    '  properties:',
    ...(note === undefined ? [] : [`    # ${note}`]),
    ...Object.entries(properties).map(([key, value]) => `    ${scalar(key)}: ${scalar(value)}`),
  ]
}

/** The providers that are linked in either direction, in the order of the table. */
function providersOf({ imports, exports }: Account): readonly KnownProvider[] {
  const all = [...exports, ...imports].map((need) => need.provider)
  return [...new Set(all)]
}

function providerLines(provider: KnownProvider, account: Account, componentName: string): string[] {
  const calls = account.exports.find((need) => need.provider === provider)
  const serves = account.imports.find((need) => need.provider === provider)
  const lines = [
    `- name: ${scalar(nameOf(provider, componentName))}`,
    '  type: capability',
    '  properties:',
    `    image: ${scalar(provider.image)}`,
    ...(calls
      ? [
          '  traits:',
          ...indent(
            link({
              ...calls.link,
              interfaces: calls.interfaces,
              target: componentName,
              providerIs: 'source',
            }),
            2,
          ),
        ]
      : []),
  ]
  return serves?.link.commented && !calls ? comment(lines) : lines
}

/** The name of a provider in the manifest, which must not be the component's. */
function nameOf({ name }: KnownProvider, componentName: string): string {
  return name === componentName ? `${name}-provider` : name
}

function warningsOf({ unknownImports, unknownExports, unlinkable }: Account): string[] {
  return [
    ...unlinkable.map(
      ({ role, name }) => `The component ${role} "${name}", which has no package: no link can connect it`,
    ),
    ...unknownImports.map(
      (need) => `No known provider serves ${describe(need)}: complete the commented link in the manifest`,
    ),
    ...unknownExports.map(
      (need) => `No known provider calls ${describe(need)}: nothing in the manifest uses it`,
    ),
  ]
}

/** Interfaces as they are written in WIT: `wasi:keyvalue/store`, `wasi:keyvalue/{atomics, store}`. */
function describe({ namespace, package: packageName, interfaces }: PackageNeed): string {
  const [only, ...more] = interfaces
  return `${namespace}:${packageName}/${more.length === 0 ? only : `{${interfaces.join(', ')}}`}`
}
