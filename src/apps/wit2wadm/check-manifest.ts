import type { World } from '../../wit/model.js'
import type { Advice } from '../examine/advice.js'
import { findForeignInterfaces, findUnlinkedImports } from '../examine/examine-links.js'
import { linksOf } from '../manifest/manifest.js'
import type { ParsedManifest } from '../manifest/parse-manifest.js'
import { findPlanned } from './merge-manifest.js'
import type { PlannedApplication, SourceComponent } from './planned-application.js'

/** Where a manifest and the components that it names disagree; empty where they do not. */
export function checkManifest(
  parsed: ParsedManifest,
  components: readonly SourceComponent[],
  planned: PlannedApplication,
): readonly Pick<Advice, 'message' | 'path'>[] {
  const { manifest } = parsed
  const worlds = new Map<string, World>()
  const absent: Pick<Advice, 'message' | 'path'>[] = []
  for (const component of components) {
    const found = manifest.spec.components[findPlanned(manifest, component)]
    if (found) worlds.set(found.name, component.world)
    else {
      const message = `No component is named "${component.name}" or has the image ${component.image}`
      absent.push({ message, path: ['spec', 'components'] })
    }
  }
  const examined = { parsed, manifest, worlds }
  return [
    ...absent,
    ...findForeignInterfaces(examined),
    ...findUnlinkedImports(examined),
    ...findUncalled(parsed, planned),
  ]
}

/** What a known provider would call, and nothing in the manifest does. */
function findUncalled(
  { manifest }: ParsedManifest,
  { components, providers }: PlannedApplication,
): readonly Pick<Advice, 'message' | 'path'>[] {
  return providers.flatMap((provider) =>
    provider.links.flatMap((link) => {
      const target = components.find(({ name }) => name === link.target)
      const at = target ? findPlanned(manifest, target) : -1
      const name = manifest.spec.components[at]?.name
      if (name === undefined) return []
      const isCalled = (interfaceName: string): boolean =>
        manifest.spec.components
          .flatMap(linksOf)
          .some(
            (each) =>
              each.target.name === name &&
              each.namespace === link.namespace &&
              each.package === link.package &&
              each.interfaces.includes(interfaceName),
          )
      return link.interfaces
        .filter((each) => !isCalled(each))
        .map((each) => ({
          message: `"${name}" exports ${link.namespace}:${link.package}/${each}, and no link calls it`,
          path: ['spec', 'components', at],
        }))
    }),
  )
}
