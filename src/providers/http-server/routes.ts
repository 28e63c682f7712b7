import type { IncomingMessage } from 'node:http'
import type { HttpTarget } from '../../host/http-exchange.js'
import type { Refusal } from './refuse.js'

/** Who answers a request, or why nobody does. */
export type Route =
  | { readonly kind: 'target'; readonly target: HttpTarget }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }

/** Finds who answers a request. */
export type FindRoute = (request: IncomingMessage) => Route

/** Finds by the path of the request, without its query, which has to be the same. */
export function routeByPath(find: (path: string) => HttpTarget | undefined): FindRoute {
  return ({ url = '/' }) => {
    const target = find(pathOf(url))
    return target ? { kind: 'target', target } : refusal(404, 'path not found')
  }
}

/** Finds by a header, by default Host, whose value has to be the same, a port included. */
export function routeByHeader(header: string, find: (value: string) => HttpTarget | undefined): FindRoute {
  return ({ headers }) => {
    const value = headers[header]
    if (value === undefined || value === '') return refusal(400, `missing ${header} header`)
    if (typeof value !== 'string' || /[^\x21-\x7e]/.test(value))
      return refusal(400, `invalid ${header} header`)
    const target = find(value)
    return target ? { kind: 'target', target } : refusal(404, 'host not found')
  }
}

function refusal(status: number, text: string): Route {
  return { kind: 'refusal', refusal: { status, text } }
}

function pathOf(url: string): string {
  const path = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*/i, '')
  const end = path.search(/[?#]/)
  return (end === -1 ? path : path.slice(0, end)) || '/'
}
