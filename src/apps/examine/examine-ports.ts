import { listenerOf } from '../deploy/listening-addresses.js'
import { embeddedProviderOf } from '../support/embedded-provider.js'
import { linksAt } from './advice.js'
import type { Advice, Examined, LinkAt } from './advice.js'

/** Links that make http-servers listen where another link's listens already. */
export function findPortClashes({ manifest }: Examined): readonly Advice[] {
  const seen: { readonly at: LinkAt; readonly host: string; readonly port: number }[] = []
  return linksAt(manifest).flatMap((at): readonly Advice[] => {
    if (embeddedProviderOf(at.source.properties.image ?? '') !== 'http-server' || sharesListener(at))
      return []
    const address = listenerOf(at.link)
    if (!address) return []
    const other = seen.find(({ host, port }) => port === address.port && overlaps(host, address.host))
    seen.push({ at, host: address.host, port: address.port })
    if (!other) return []
    const message = `Port ${address.port} is that of the link from "${other.at.source.name}" to "${other.at.link.target.name}" too: one of them cannot listen`
    const end = at.link.source === undefined ? at.path : [...at.path, 'source']
    return [{ rule: 'port-clash', message, path: end }]
  })
}

/** An http-server that tells its links apart by host or path has one listener for all. */
function sharesListener({ source }: LinkAt): boolean {
  return source.properties.config.some(({ properties = {} }) =>
    Object.entries(properties).some(
      ([key, value]) => key.toLowerCase() === 'routing_mode' && value !== 'address',
    ),
  )
}

function overlaps(a: string, b: string): boolean {
  return a === b || isAny(a) || isAny(b)
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}
