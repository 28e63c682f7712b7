import type { ControlClient } from '../control/client.js'
import type { Link } from '../control/schemas.js'

/** All links, sorted by source, package, name and target. */
export async function getLinks(control: ControlClient): Promise<readonly Link[]> {
  const key = (link: Link): string =>
    [link.source_id, link.wit_namespace, link.wit_package, link.name, link.target].join('\0')
  return (await control.getLinks()).toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
}
