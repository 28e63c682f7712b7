import type { IncomingMessage } from 'node:http'
import type { HttpRequestHead } from '../../host/http-exchange.js'

/** The head of a request as targets take it. */
export interface ReadHead {
  readonly head: HttpRequestHead
  readonly hasBody: boolean
  /** A second Host header: whoever stands before this server may have read the other one. */
  readonly isAmbiguous: boolean
}

/** One pass over the headers: most requests have few, and this is on the way of every request. */
export function readHead(request: IncomingMessage, scheme: 'http' | 'https'): ReadHead {
  const { rawHeaders } = request
  const hosts: string[] = []
  let forwardedHost: string | undefined
  let forwarded: string | undefined
  let hasBody = false
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const value = rawHeaders[index + 1] ?? ''
    switch (name.length) {
      case 4:
        if (name.toLowerCase() === 'host') hosts.push(value)
        break
      case 9:
        if (name.toLowerCase() === 'forwarded') forwarded ??= hostOfForwarded(value)
        break
      case 14:
        if (name.toLowerCase() === 'content-length' && value !== '0') hasBody = true
        break
      case 16:
        if (name.toLowerCase() === 'x-forwarded-host') forwardedHost ??= value
        break
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') hasBody = true
        break
    }
  }
  const { path, authority } = splitTarget(request.url ?? '/')
  const head: HttpRequestHead = {
    method: request.method ?? 'GET',
    scheme,
    // The authority that the client meant: Forwarded, X-Forwarded-Host, Host, URI, in this order (as wasmCloud 1.9).
    authority: forwarded ?? forwardedHost ?? hosts[0] ?? authority,
    path,
    rawHeaders,
  }
  return { head, hasBody, isAmbiguous: hosts.length > 1 }
}

function hostOfForwarded(value: string): string | undefined {
  return /(?:^|[;,])\s*host="?([^";,]+)"?/i.exec(value)?.[1]
}

/** Path and query; a client that takes this server for a proxy sends a whole URI. */
function splitTarget(target: string): { readonly path: string; readonly authority: string } {
  if (target.startsWith('/')) return { path: target, authority: '' }
  const [, authority, rest = ''] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target) ?? []
  if (authority === undefined) return { path: target, authority: '' }
  return { path: rest.startsWith('/') ? rest : `/${rest}`, authority }
}
