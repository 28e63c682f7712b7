import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { setTimeout } from 'node:timers/promises'
import { authorization, encodeQuery, encodeStrictly, sha256, toTimestamp } from './sign.js'
import type { S3Settings } from './settings.js'

/** One request of a service. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly bucket?: string
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** An answer whose body is still to be read, or dropped. */
export interface S3Answer {
  readonly status: number
  header(name: string): string | undefined
  readonly body: IncomingMessage
}

/** A service's refusal. */
export class S3Error extends Error {
  override readonly name = 'S3Error'
  readonly status: number
  /** As the service has it, such as `NoSuchBucket`; empty for answers without a body. */
  readonly code: string

  constructor(status: number, code: string) {
    super(code === '' ? `the service answers with status ${status}` : `the service refuses it: ${code}`)
    this.status = status
    this.code = code
  }
}

/** Without a byte for so long, a request has failed. */
const idleMs = 60_000

/** A client of an S3 service, with paths in place of host names for buckets. Whoever creates it closes it. */
export class S3Api {
  readonly #settings: S3Settings
  readonly #agent: HttpAgent | HttpsAgent

  constructor(settings: S3Settings) {
    this.#settings = settings
    const kept = { keepAlive: true, maxSockets: 32 }
    this.#agent = settings.endpoint.protocol === 'https:' ? new HttpsAgent(kept) : new HttpAgent(kept)
  }

  /** The answer of a request that was granted. Throws S3Error, or that no service answers. Tries again what may succeed then. */
  async send(request: S3Request): Promise<S3Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt >= this.#settings.maxAttempts
      try {
        const answer = await this.#sendOnce(request)
        if (answer.status < 300) return answer
        const text = await readText(answer.body)
        const failure = new S3Error(answer.status, /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? '')
        if (answer.status < 500 || isLast) throw failure
      } catch (failure) {
        if (failure instanceof S3Error || isLast) throw failure
      }
      await setTimeout(50 * 2 ** attempt)
    }
  }

  /** The whole body of such an answer. */
  async text(request: S3Request): Promise<string> {
    return await readText((await this.send(request)).body)
  }

  close(): void {
    this.#agent.destroy()
  }

  async #sendOnce({ method, bucket, key, query = {}, headers = {}, body }: S3Request): Promise<S3Answer> {
    const { endpoint, region, accessKeyId, secretAccessKey, sessionToken } = this.#settings
    const timestamp = toTimestamp(Date.now())
    const path = pathOf(endpoint.pathname, bucket, key)
    const payloadHash = sha256(body ?? '')
    const signed: Record<string, string> = {
      ...headers,
      ...{ host: endpoint.host, 'x-amz-date': timestamp, 'x-amz-content-sha256': payloadHash },
      ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
    }
    const signer = { accessKeyId, secretAccessKey, region, timestamp }
    const header = authorization({ method, path, query, headers: signed, payloadHash }, signer)
    const search = encodeQuery(query)
    const send = endpoint.protocol === 'https:' ? httpsRequest : httpRequest
    return await new Promise((resolve, reject) => {
      const length = { 'content-length': body?.length ?? 0 }
      const request = send(
        {
          ...{
            host: endpoint.hostname.replace(/^\[|\]$/g, ''),
            port: endpoint.port,
            method,
            agent: this.#agent,
          },
          ...{ path: search === '' ? path : `${path}?${search}`, timeout: idleMs },
          headers: {
            ...signed,
            ...(method === 'GET' || method === 'HEAD' ? {} : length),
            authorization: header,
          },
        },
        (response) => resolve(toAnswer(response)),
      )
      request.on('timeout', () => request.destroy(new Error(`no byte within ${idleMs} ms`)))
      request.on('error', reject)
      request.end(body)
    })
  }
}

function pathOf(base: string, bucket: string | undefined, key: string | undefined): string {
  const parts = [bucket ?? '', ...(key === undefined ? [] : key.split('/'))]
  return `${base.replace(/\/$/, '')}/${parts.map(encodeStrictly).join('/')}`
}

function toAnswer(response: IncomingMessage): S3Answer {
  return {
    status: response.statusCode ?? 0,
    body: response,
    header: (name) => {
      const value = response.headers[name]
      return typeof value === 'string' ? value : undefined
    },
  }
}

async function readText(body: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk as Buffer) // no encoding is set
  return Buffer.concat(chunks).toString()
}
