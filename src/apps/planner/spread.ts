import type { Spread, StringMap } from '../manifest/manifest.js'

/** The spread of a scaler that names none: any host. */
export const defaultSpread: Spread = { name: 'default', requirements: {} }

/** A spread with its share of the instances. */
export interface SpreadShare {
  readonly spread: Spread
  readonly count: number
}

/**
 * Divides instances over spreads by weight, heaviest first (the order of writing among equals): the floor of each share,
 * and what remains one by one from the front, as wadm does. Weights that are all 0 count as equal.
 */
export function divideOverSpreads(instances: number, spreads: readonly Spread[]): readonly SpreadShare[] {
  if (spreads.length === 0) return [{ spread: defaultSpread, count: instances }]
  const heaviestFirst = spreads.toSorted((a, b) => weightOf(b) - weightOf(a))
  const total = heaviestFirst.reduce((sum, spread) => sum + weightOf(spread), 0)
  const shareOf = (spread: Spread): number =>
    Math.floor(total === 0 ? instances / spreads.length : (instances * weightOf(spread)) / total)
  const floors = heaviestFirst.map(shareOf)
  const remainder = instances - floors.reduce((sum, count) => sum + count, 0)
  return heaviestFirst.map((spread, index) => ({
    spread,
    count: (floors[index] ?? 0) + (index < remainder ? 1 : 0),
  }))
}

/** Whether a host with these labels meets every requirement. */
export function meetsRequirements(labels: StringMap, requirements: StringMap): boolean {
  return Object.entries(requirements).every(([key, value]) => labels[key] === value)
}

function weightOf({ weight = 100 }: Spread): number {
  return weight
}
