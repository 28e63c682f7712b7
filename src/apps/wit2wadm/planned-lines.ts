import type { KnownConfig } from './known-providers.js'
import type { PlannedComponent, PlannedLink, PlannedProvider } from './planned-application.js'
import { comment, flowList, indent, scalar } from './yaml-text.js'

/** A component as an item of a list in YAML, with its reasons as comments. */
export function componentLines({
  name,
  image,
  links,
  openLinks,
  notes,
  builtIns,
}: PlannedComponent): string[] {
  const builtInNotes =
    builtIns.length === 0
      ? []
      : [
          'It also imports these, which every host has built in, so that they need no link:',
          ...builtIns.map((each) => `  ${each.name}${each.note === undefined ? '' : ` (${each.note})`}`),
        ]
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
    ...links.flatMap((link) => indent(linkLines(link), 2)),
    ...openLinks.flatMap((link) => indent(comment([...link.why, ...bareLink(link)]), 2)),
    ...indent(comment([...notes, ...builtInNotes]), 1),
  ]
}

/** A provider as an item of a list in YAML. */
export function providerLines({ name, image, links }: PlannedProvider): string[] {
  return [
    `- name: ${scalar(name)}`,
    '  type: capability',
    '  properties:',
    `    image: ${scalar(image)}`,
    ...(links.length === 0 ? [] : ['  traits:', ...links.flatMap((link) => indent(linkLines(link), 2))]),
  ]
}

/** A link as an item of a list of traits, its reason before it. */
export function linkLines(link: PlannedLink): string[] {
  return [...comment(link.why), ...bareLink(link)]
}

/** A link as an item of a list of traits, without its reason. */
export function bareLink(link: PlannedLink): string[] {
  const { name, namespace, package: packageName, interfaces, target, config, providerIs } = link
  const configLines = config ? ['config:', ...indent(namedConfig(config), 1)] : []
  return [
    '- type: link',
    '  properties:',
    ...(name === undefined ? [] : [`    name: ${scalar(name)}`]),
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
