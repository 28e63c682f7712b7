import { imageDigestAnnotation } from '../manifest/image-digests.js'
import type { Manifest, StringMap } from '../manifest/manifest.js'
import { toDesiredApplication } from '../planner/desired.js'
import type {
  DesiredApplication,
  DesiredComponent,
  DesiredLink,
  DesiredProvider,
} from '../planner/desired.js'
import type { DesiredConfig } from '../planner/desired-configs.js'

/** One thing that deploying another manifest does. */
export interface Change {
  readonly kind: 'start' | 'stop' | 'change'
  readonly what: 'component' | 'provider' | 'link' | 'config'
  readonly name: string
  /** What it becomes, or what of it changes; empty where its name says all. */
  readonly details: readonly string[]
}

/**
 * What starts, stops and changes when `after` takes the place of `before`; undefined is nothing at all. In the order of
 * components, providers, links, configs, each by name. Pure.
 */
export function diffApplications(
  before: Manifest | undefined,
  after: Manifest | undefined,
): readonly Change[] {
  const [old, next] = [before, after].map((manifest) =>
    manifest ? toDesiredApplication(manifest, 0) : undefined,
  )
  return [
    ...diffInstances('component', old, next),
    ...diffInstances('provider', old, next),
    ...diffMaps('link', linksOf(old), linksOf(next), { describe: describeLink, compare: compareLinks }),
    ...diffMaps('config', configsOf(old), configsOf(next), { describe: () => [], compare: compareValues }),
  ]
}

type Instances = DesiredComponent | DesiredProvider

function diffInstances(
  what: 'component' | 'provider',
  before: DesiredApplication | undefined,
  after: DesiredApplication | undefined,
): readonly Change[] {
  const of = (application: DesiredApplication | undefined): ReadonlyMap<string, Instances> =>
    new Map(
      (application?.scalers ?? []).flatMap((scaler) =>
        scaler.kind === what ? [[scaler.name, scaler] as const] : [],
      ),
    )
  return diffMaps(what, of(before), of(after), { describe: describeInstances, compare: compareInstances })
}

function diffMaps<T>(
  what: Change['what'],
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  how: {
    readonly describe: (item: T) => readonly string[]
    readonly compare: (before: T, after: T) => readonly string[]
  },
): readonly Change[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((name): readonly Change[] => {
    const [old, next] = [before.get(name), after.get(name)]
    if (old === undefined && next !== undefined)
      return [{ kind: 'start', what, name, details: how.describe(next) }]
    if (old !== undefined && next === undefined) return [{ kind: 'stop', what, name, details: [] }]
    const details = old === undefined || next === undefined ? [] : how.compare(old, next)
    return details.length === 0 ? [] : [{ kind: 'change', what, name, details }]
  })
}

function describeInstances(scaler: Instances): readonly string[] {
  return [scaler.image, `${scaler.instances} ${scaler.everywhere ? 'on every host' : 'instance(s)'}`]
}

function compareInstances(before: Instances, after: Instances): readonly string[] {
  const details = [
    ...compared('image', before.image, after.image),
    ...(digestOf(before) === digestOf(after) ? [] : ['another content of its file']),
    ...compared('instances', String(before.instances), String(after.instances)),
    ...compared('spread', JSON.stringify(before.spreads), JSON.stringify(after.spreads)),
    ...compared('configs', namesOf(before.configs), namesOf(after.configs)),
    ...(before.everywhere === after.everywhere ? [] : [`on every host: ${after.everywhere}`]),
  ]
  const isRestarted = before.id !== after.id || digestOf(before) !== digestOf(after)
  return isRestarted && details.length > 0 ? [...details, 'it restarts'] : details
}

function digestOf(scaler: Instances): string | undefined {
  return scaler.kind === 'component' ? scaler.annotations[imageDigestAnnotation] : undefined
}

function linksOf(application: DesiredApplication | undefined): ReadonlyMap<string, DesiredLink> {
  const links = (application?.scalers ?? []).flatMap((scaler) => (scaler.kind === 'link' ? scaler : []))
  return new Map(links.map((scaler) => [nameOfLink(scaler), scaler]))
}

/** Source, link name and package: what makes a link the same one. */
function nameOfLink({ link }: DesiredLink): string {
  const name = link.name === 'default' ? '' : ` as "${link.name}"`
  return `${link.source_id} -(${link.wit_namespace}:${link.wit_package})->${name}`
}

function describeLink({ link }: DesiredLink): readonly string[] {
  return [`to ${link.target}`, `interfaces ${link.interfaces.join(', ')}`]
}

function compareLinks({ link: before }: DesiredLink, { link: after }: DesiredLink): readonly string[] {
  return [
    ...compared('target', before.target, after.target),
    ...compared('interfaces', before.interfaces.join(', '), after.interfaces.join(', ')),
    ...compared('source configs', before.source_config.join(', '), after.source_config.join(', ')),
    ...compared('target configs', before.target_config.join(', '), after.target_config.join(', ')),
  ]
}

function configsOf(application: DesiredApplication | undefined): ReadonlyMap<string, StringMap> {
  const configs = (application?.scalers ?? []).flatMap((scaler) => scaler.configs)
  return new Map(configs.flatMap(({ name, values }) => (values ? [[name, values] as const] : [])))
}

function compareValues(before: StringMap, after: StringMap): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return keys.flatMap((key) => compared(key, before[key], after[key]))
}

function namesOf(configs: readonly DesiredConfig[]): string {
  return configs.map(({ name }) => name).join(', ')
}

function compared(what: string, before: string | undefined, after: string | undefined): readonly string[] {
  if (before === after) return []
  return [
    `${what} ${before === undefined || before === '' ? '(none)' : before} → ${after === undefined || after === '' ? '(none)' : after}`,
  ]
}
