import type { IncomingMessage } from 'node:http'

/** Which pages of other origins may read answers. */
export interface CorsSettings {
  /** Empty: any. */
  readonly origins: readonly string[]
  readonly headers: readonly string[]
  readonly methods: readonly string[]
  /** Empty: all. */
  readonly exposed: readonly string[]
  readonly maxAgeSecs: number
}

/** Whether a browser asks for permission, which the server answers by itself. */
export function isPreflight(request: IncomingMessage): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
}

/** What permits the page to read the answer; nothing but Vary for an origin that may not. */
export function corsHeaders(request: IncomingMessage, cors: CorsSettings): readonly string[] {
  const allowed = allowedOrigin(request, cors)
  const vary = ['Vary', 'Origin']
  if (allowed === undefined) return vary
  const exposed = cors.exposed.length === 0 ? '*' : cors.exposed.join(', ')
  return [...vary, 'Access-Control-Allow-Origin', allowed, 'Access-Control-Expose-Headers', exposed]
}

/** The answer to a preflight. */
export function preflightHeaders(request: IncomingMessage, cors: CorsSettings): readonly string[] {
  const allowed = allowedOrigin(request, cors)
  const vary = ['Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers']
  if (allowed === undefined) return vary
  return [
    ...vary,
    ...['Access-Control-Allow-Origin', allowed],
    ...['Access-Control-Allow-Methods', cors.methods.join(', ')],
    ...['Access-Control-Allow-Headers', cors.headers.join(', ')],
    ...['Access-Control-Max-Age', String(cors.maxAgeSecs)],
  ]
}

function allowedOrigin(request: IncomingMessage, { origins }: CorsSettings): string | undefined {
  if (origins.length === 0) return '*'
  const { origin } = request.headers
  return origin !== undefined && origins.includes(origin) ? origin : undefined
}
