import type { Manifest } from './manifest.js'

/**
 * The annotation that chooses between `fresh` and `reuse` for the components of an application; with `.NAME` after it, for
 * the component of that name only. Hosts know the same key as an annotation of what they run.
 */
export const instancePolicyAnnotation = 'washi.dev/instance-policy'

/** What the annotation may say. */
export const instancePolicies: readonly string[] = ['fresh', 'reuse']

/** The instance policy of a component, as written; undefined where the manifest leaves it to the host. */
export function instancePolicyOf({ metadata }: Manifest, component: string): string | undefined {
  const { annotations } = metadata
  return annotations[`${instancePolicyAnnotation}.${component}`] ?? annotations[instancePolicyAnnotation]
}
