import { parseReference } from '../../component/references/reference.js'
import type { ManifestComponent } from '../manifest/manifest.js'
import type { Advice, Examined } from './advice.js'

/** Images whose tag may mean something else tomorrow. */
export function findUnpinnedImages({ manifest }: Examined): readonly Advice[] {
  return manifest.spec.components.flatMap(({ name, properties: { image } }, index): readonly Advice[] => {
    const tag = image === undefined ? undefined : movingTagOf(image)
    if (tag === undefined) return []
    const message = `The image of "${name}" ${tag === '' ? 'has no tag' : `has the tag "${tag}"`}: what it means changes; write a version or a digest`
    return [{ rule: 'image-unpinned', message, path: ['spec', 'components', index, 'properties', 'image'] }]
  })
}

/** The moving tag of an image, `''` for none; undefined for files, digests and tags with a digit. */
function movingTagOf(image: string): string | undefined {
  try {
    const reference = parseReference(image)
    if (reference.kind !== 'oci' || reference.digest !== undefined) return undefined
    const { tag = '' } = reference
    return /\d/.test(tag) ? undefined : tag
  } catch {
    // No reference at all: whoever loads it says why.
    return undefined
  }
}

/** Components that nothing would ever start. */
export function findNeverStarted({ manifest }: Examined): readonly Advice[] {
  return manifest.spec.components.flatMap((component, index): readonly Advice[] => {
    if (component.type !== 'component' || component.properties.image === undefined) return []
    if (isScaled(component)) return []
    const message = `"${component.name}" has neither a spreadscaler nor a daemonscaler trait: it would never run`
    return [{ rule: 'never-started', message, path: ['spec', 'components', index] }]
  })
}

/** Whether a trait says how often a component runs. */
export function isScaled({ traits = [] }: ManifestComponent): boolean {
  return traits.some(
    ({ type, properties }) => /^(spread|daemon)scaler$/.test(type) && properties.kind === 'scaler',
  )
}

/** What a real wadm cannot read again once wash has sent it. */
export function findWadmTraps({ manifest }: Examined): readonly Advice[] {
  const empty: readonly Advice[] =
    Object.keys(manifest.metadata.annotations).length > 0
      ? []
      : [
          {
            rule: 'annotations-empty',
            message: 'Without any annotation, wash cannot send the manifest to a real wadm',
            path: ['metadata'],
          },
        ]
  return [...empty, ...manifest.spec.components.flatMap(spreadTraps)]
}

function spreadTraps({ name, traits = [] }: ManifestComponent, index: number): readonly Advice[] {
  return traits.flatMap(({ properties }, trait) => {
    if (properties.kind !== 'scaler') return []
    const path = ['spec', 'components', index, 'traits', trait, 'properties', 'spread']
    const withoutRequirements = properties.spread.flatMap(
      ({ name: spread, requirements }, at): readonly Advice[] => {
        if (Object.keys(requirements).length > 0) return []
        const message = `The spread "${spread}" of "${name}" has no requirements: a real wadm refuses it once wash has sent it; leave "spread" out to take any host`
        return [{ rule: 'requirements-empty', message, path: [...path, at] }]
      },
    )
    const isZero = properties.spread.length > 0 && properties.spread.every(({ weight = 100 }) => weight === 0)
    if (!isZero) return withoutRequirements
    const message = `All weights of "${name}" are 0: a real wadm cannot divide by that`
    return [...withoutRequirements, { rule: 'weights-zero', message, path }]
  })
}
