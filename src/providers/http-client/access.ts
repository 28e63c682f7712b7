import { lookup as lookupName } from 'node:dns'
import type { LookupAddress, LookupOptions } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import { ClientError } from './client-error.js'
import type { HttpClientLinkSettings } from './settings.js'

/** Where clouds keep what only the machine itself may ask for; nothing that a component has to do with is there. */
const linkLocal = new BlockList()
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4')
linkLocal.addSubnet('fe80::', 10, 'ipv6')
linkLocal.addAddress('fd00:ec2::254', 'ipv6')
// IPv4 in IPv6: NAT64 and 6to4. Mapped addresses are seen through by BlockList itself.
linkLocal.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6')
linkLocal.addSubnet('2002:a9fe::', 32, 'ipv6')

/** Throws ClientError where the link may not send requests there. Names are checked again once they are resolved. */
export function requireAllowed(url: URL, settings: HttpClientLinkSettings): void {
  const host = url.hostname.toLowerCase().replace(/\.$/, '')
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  const { allowedHosts } = settings
  const isAllowed = allowedHosts?.some(
    (pattern) => matches(pattern.host, host) && (pattern.port === undefined || pattern.port === port),
  )
  if (isAllowed === false)
    throw new ClientError({ tag: 'HTTP-request-denied' }, `${host}:${port} is not allowed`)
  const address = host.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0 && isRefused(address, settings)) throw prohibited(address)
}

/** Resolves names, and refuses those that lead where the link may not go. */
export function createLookup(settings: HttpClientLinkSettings): LookupFunction {
  return (name, options: LookupOptions, done) => {
    lookupName(name, { ...options, all: true }, (failure, addresses: LookupAddress[]) => {
      if (failure) return done(failure, '')
      const allowed = addresses.filter(({ address }) => !isRefused(address, settings))
      const [first] = allowed
      if (!first) return done(prohibited(name), '')
      return options.all === true ? done(null, allowed) : done(null, first.address, first.family)
    })
  }
}

function matches(pattern: string, host: string): boolean {
  if (pattern === '.') return true
  return pattern.startsWith('.') ? host.endsWith(pattern) : host === pattern
}

function isRefused(address: string, { allowsLinkLocal }: HttpClientLinkSettings): boolean {
  return !allowsLinkLocal && linkLocal.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function prohibited(where: string): ClientError {
  return new ClientError({ tag: 'destination-IP-prohibited' }, `${where} is a link-local address`)
}
