import { describeComponent } from '../../component/describe-component.js'
import { loadComponent } from '../../component/references/load-component.js'
import { AppError } from '../../core/errors.js'
import type { World } from '../../wit/model.js'
import { absolutePath } from '../deploy/resolve-local-images.js'
import type { ParsedManifest } from '../manifest/parse-manifest.js'
import { adviceRules } from './advice.js'
import type { Advice, Examined } from './advice.js'
import { findUnknownConfigKeys } from './examine-configs.js'
import {
  findForeignInterfaces,
  findLinkedTwice,
  findLinksWithoutEffect,
  findUnlinkedImports,
} from './examine-links.js'
import { findPortClashes } from './examine-ports.js'
import { findNeverStarted, findUnpinnedImages, findWadmTraps } from './examine-shape.js'

const rules: readonly ((examined: Examined) => readonly Advice[])[] = [
  findUnpinnedImages,
  findNeverStarted,
  findForeignInterfaces,
  findUnlinkedImports,
  findLinkedTwice,
  findLinksWithoutEffect,
  findPortClashes,
  findUnknownConfigKeys,
  findWadmTraps,
]

/**
 * Looks for what wadm would accept and what would not work: reads the files of the components, taking relative paths from
 * `folder`. Advice is in the order of the rules, then of the manifest. Never throws for what it finds.
 */
export async function examineManifest(
  parsed: ParsedManifest,
  folder: string | undefined,
): Promise<readonly Advice[]> {
  const { manifest } = parsed
  const worlds = new Map<string, World>()
  const missing: Advice[] = []
  for (const [index, { name, type, properties }] of manifest.spec.components.entries()) {
    const { image } = properties
    if (image === undefined || !image.startsWith('file://')) continue
    const path = ['spec', 'components', index, 'properties', 'image']
    try {
      const bytes = await loadComponent(`file://${absolutePath(image, folder)}`)
      if (type === 'component') worlds.set(name, describeComponent(bytes).world)
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown
      missing.push({ rule: 'image-missing', message: `"${name}": ${thrown.message}`, path })
    }
  }
  const found = rules.flatMap((rule) => rule({ parsed, manifest, worlds }))
  return [...missing, ...found].toSorted((a, b) => adviceRules.indexOf(a.rule) - adviceRules.indexOf(b.rule))
}
