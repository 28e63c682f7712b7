import { readFile } from 'node:fs/promises'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { AppError, messageOf } from '../../core/errors.js'

/** A server with an API over HTTP. */
export interface HttpApiOptions {
  /** `http://127.0.0.1:8200`, a path included where the API is not at the root. */
  readonly baseUrl: URL
  /** Sent with each request. */
  readonly headers: Readonly<Record<string, string>>
  /** PEM of authorities to trust beside the usual ones. */
  readonly ca?: string | undefined
  readonly timeoutMs: number
}

/** One request. */
export interface ApiRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'LIST'
  /** Encoded, with its query. */
  readonly path: string
  readonly body?: string | Uint8Array | undefined
}

/** What came of it, whatever its status. */
export interface ApiAnswer {
  readonly status: number
  readonly body: Buffer
}

/** The longest answer that is read. */
const maxAnswerBytes = 64 * 1024 * 1024

/** A client of an API with connections that are kept. Whoever creates it closes it. */
export class HttpApi {
  readonly #options: HttpApiOptions
  readonly #agent: HttpAgent | HttpsAgent

  constructor(options: HttpApiOptions) {
    this.#options = options
    const kept = { keepAlive: true, maxSockets: 32 }
    this.#agent =
      options.baseUrl.protocol === 'https:'
        ? new HttpsAgent({ ...kept, ...(options.ca === undefined ? {} : { ca: options.ca }) })
        : new HttpAgent(kept)
  }

  /** Throws where no answer came; statuses are the caller's. */
  async send({ method, path, body }: ApiRequest): Promise<ApiAnswer> {
    const { baseUrl, headers, timeoutMs } = this.#options
    const send = baseUrl.protocol === 'https:' ? httpsRequest : httpRequest
    const signal = AbortSignal.timeout(timeoutMs)
    return await new Promise<ApiAnswer>((resolve, reject) => {
      const fail = (failure: Error): void =>
        reject(signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : failure)
      const request = send(
        {
          ...{ host: baseUrl.hostname.replace(/^\[|\]$/g, ''), port: baseUrl.port, method },
          path: `${baseUrl.pathname.replace(/\/$/, '')}${path}`,
          headers: {
            ...headers,
            ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
          },
          ...{ agent: this.#agent, signal },
        },
        (response) =>
          readBody(response).then(
            (bytes) => resolve({ status: response.statusCode ?? 0, body: bytes }),
            fail,
          ),
      )
      request.on('error', fail)
      request.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    const bytes = chunk as Buffer // no encoding is set
    length += bytes.length
    if (length > maxAnswerBytes) throw new Error(`an answer of more than ${maxAnswerBytes} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** Encodes a path of an API; throws for one that leads elsewhere. */
export function encodePath(path: string): string {
  const parts = path.split('/')
  const wrong = parts.find((part) => part === '.' || part === '..' || part.includes('\0'))
  if (wrong !== undefined || path === '') throw new Error(`"${path}" cannot be a key`)
  return parts.map(encodeURIComponent).join('/')
}

/** Reads the file of authorities. Throws LINK_CONFIG_INVALID. */
export async function readAuthorities(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new AppError(
      'LINK_CONFIG_INVALID',
      `Cannot read the certificates in "${file}": ${messageOf(cause)}`,
      {
        cause,
      },
    )
  }
}
