import { createHash, createHmac } from 'node:crypto'

/** What a signature covers. */
export interface SignedRequest {
  readonly method: string
  /** As it is sent: encoded once. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** All that is signed, names in lower case; `host` among them. */
  readonly headers: Readonly<Record<string, string>>
  /** Of the body, in hexadecimal. */
  readonly payloadHash: string
}

/** Who signs, and when. */
export interface Signer {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  /** `20240229T120000Z` */
  readonly timestamp: string
}

/** The value of the Authorization header: AWS Signature Version 4 for S3. */
export function authorization(request: SignedRequest, signer: Signer): string {
  const { accessKeyId, secretAccessKey, region, timestamp } = signer
  const date = timestamp.slice(0, 8)
  const names = Object.keys(request.headers).sort()
  const signedHeaders = names.join(';')
  const canonical = [
    ...[request.method, request.path, encodeQuery(request.query)],
    ...names.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    ...['', signedHeaders, request.payloadHash],
  ].join('\n')
  const scope = `${date}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n')
  const keyParts = [date, region, 's3', 'aws4_request']
  const key = keyParts.reduce<Buffer>((made, part) => hmac(made, part), Buffer.from(`AWS4${secretAccessKey}`))
  const signature = hmac(key, text).toString('hex')
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`
}

/** The digest of a body, in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Encodes all but unreserved characters, as the signature wants it. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** A query in the order that is signed. */
export function encodeQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`)
    .sort()
    .join('&')
}

/** A time in the form of signatures. */
export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
