import { AppError } from '../../core/errors.js'
import type { Link, LinkInput, LinkKey } from '../control/schemas.js'

/** Whether both are the same link of the lattice: one source, name and package. */
export function isSameKey(a: LinkInput, b: LinkInput): boolean {
  return (
    a.source_id === b.source_id &&
    a.wit_namespace === b.wit_namespace &&
    a.wit_package === b.wit_package &&
    (a.name ?? 'default') === (b.name ?? 'default')
  )
}

/** What names a link: all that a delete needs. */
export function keyOf({ source_id, name, wit_namespace, wit_package }: Link): LinkKey {
  return { source_id, name, wit_namespace, wit_package }
}

/** Whether both have the same target, interfaces and configurations; the order of interfaces does not count. */
export function hasSameValues(a: LinkInput, b: LinkInput): boolean {
  return changedFields(a, b).length === 0
}

/** The refusal to change a link in place, with both values and the two commands that change it. */
export function linkExists(before: Link, wanted: LinkInput): AppError {
  const changes = changedFields(before, wanted).map(
    ([field, old, now]) => `${field} ${list(old)} instead of ${list(now)}`,
  )
  const what = `${before.source_id} on ${before.wit_namespace}:${before.wit_package} (${before.name})`
  const message = `There is a link of ${what} already, with ${changes.join(', ')}; its calls would break off while it changes`
  return new AppError('LINK_EXISTS', message, {
    hint: `Pass --replace, or run: ${deleteCommand(before)} && ${putCommand(wanted)}`,
  })
}

/** The command line that deletes a link. */
export function deleteCommand({ source_id, wit_namespace, wit_package, name }: LinkInput): string {
  const named = name === undefined || name === 'default' ? '' : ` --link-name ${name}`
  return `washi link del ${source_id} ${wit_namespace} ${wit_package}${named}`
}

/** The command line that puts a link. */
export function putCommand(link: LinkInput): string {
  const { source_id, target, wit_namespace, wit_package, name } = link
  const flags = [
    ...(link.interfaces ?? []).map((each) => `--interface ${each}`),
    ...(link.source_config ?? []).map((each) => `--source-config ${each}`),
    ...(link.target_config ?? []).map((each) => `--target-config ${each}`),
    ...(name === undefined || name === 'default' ? [] : [`--link-name ${name}`]),
  ]
  return ['washi link put', source_id, target, wit_namespace, wit_package, ...flags].join(' ')
}

type Change = readonly [field: string, before: readonly string[], wanted: readonly string[]]

function changedFields(before: LinkInput, wanted: LinkInput): readonly Change[] {
  const fields: readonly Change[] = [
    ['target', [before.target], [wanted.target]],
    ['interfaces', sorted(before.interfaces), sorted(wanted.interfaces)],
    ['source config', before.source_config ?? [], wanted.source_config ?? []],
    ['target config', before.target_config ?? [], wanted.target_config ?? []],
  ]
  return fields.filter(([, old, now]) => old.join('\n') !== now.join('\n'))
}

function sorted(names: readonly string[] | undefined): readonly string[] {
  return [...(names ?? [])].sort()
}

function list(values: readonly string[]): string {
  return values.length === 0 ? 'none' : values.map((value) => `"${value}"`).join(', ')
}
