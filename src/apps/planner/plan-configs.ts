import type { StringMap } from '../manifest/manifest.js'
import { keyed } from './action.js'
import type { DesiredScaler } from './desired.js'
import type { PartContext, PartPlan } from './part-plan.js'
import { settle } from './part-plan.js'

/**
 * What is to be done for the configs of a scaler; undefined once all are as desired. Until then nothing else of that
 * scaler may be done: a link or component whose config is missing is refused.
 */
export function planConfigs(
  { application, observed }: PartContext,
  scaler: DesiredScaler,
): PartPlan | undefined {
  const outOfSync = scaler.configs.filter(({ name, values }) => {
    const stored = observed.configs.get(name)
    return values ? !stored || !isSameMap(stored, values) : !stored
  })
  if (outOfSync.length === 0) return undefined
  const wanted = outOfSync.flatMap(({ name, values }) =>
    values ? [keyed({ kind: 'put-config', application: application.name, name, values })] : [],
  )
  return settle({
    wanted,
    attempts: observed.attempts,
    problems: outOfSync
      .filter(({ values }) => !values)
      .map(({ name }) => `Specified configuration ${name} does not exist`),
    doing: `Putting configuration ${wanted.map(({ name }) => name).join(', ')}`,
  })
}

function isSameMap(a: StringMap, b: StringMap): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}
