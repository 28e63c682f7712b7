import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { authorization } from '#washi/providers/blobstore-s3/sign.js'
import { readBytes } from './http-reply.js'

/** An S3 service. */
export interface S3Server extends AsyncDisposable {
  readonly url: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Uploads in parts that were begun and neither completed nor aborted. */
  readonly openUploads: () => number
  /** Answers the next requests with that status. */
  fail(status: number, times: number): void
}

const keys = { accessKeyId: 'AKIATEST', secretAccessKey: 'a+secret/key' }

/** Whether MinIO is on the PATH. */
export function hasMinio(): boolean {
  return spawnSync('minio', ['--version'], { stdio: 'ignore' }).error === undefined
}

interface Stored {
  readonly content: Buffer
  readonly at: Date
}

type Bucket = Map<string, Stored>

class Refused extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string) {
    super(code)
    this.status = status
    this.code = code
  }
}

/** A service of the protocol that keeps everything in memory, and checks the signature of every request. */
export async function startS3Server(): Promise<S3Server> {
  const buckets = new Map<string, { readonly objects: Bucket; readonly at: Date }>()
  const uploads = new Map<string, Map<number, Buffer>>()
  const failing = { status: 0, times: 0 }
  const server = createServer(async (request, response) => {
    const body = await readBytes(request)
    try {
      if (failing.times > 0) {
        failing.times -= 1
        throw new Refused(failing.status, 'SlowDown')
      }
      requireSignature(request, body)
      answer({ buckets, uploads }, { request, response, body })
    } catch (failure) {
      if (!(failure instanceof Refused)) throw failure
      const text = request.method === 'HEAD' ? '' : `<Error><Code>${failure.code}</Code></Error>`
      response.writeHead(failure.status, { 'content-length': Buffer.byteLength(text) }).end(text)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    ...{
      ...keys,
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      openUploads: () => uploads.size,
    },
    fail: (status, times) => void Object.assign(failing, { status, times }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The signature is made again from what has arrived, by the rules that a vector of AWS's documentation holds to (sign.test.ts). */
function requireSignature(request: IncomingMessage, body: Buffer): void {
  const {
    authorization: given = '',
    'x-amz-date': timestamp,
    'x-amz-content-sha256': payloadHash,
  } = request.headers
  const [, names = ''] = /SignedHeaders=([^,]+)/.exec(given) ?? []
  const [path = '', search = ''] = (request.url ?? '').split('?')
  const headers = Object.fromEntries(names.split(';').map((name) => [name, String(request.headers[name])]))
  const query = Object.fromEntries(new URLSearchParams(search.replaceAll('+', '%2B')))
  if (createHash('sha256').update(body).digest('hex') !== payloadHash)
    throw new Refused(400, 'XAmzContentSHA256Mismatch')
  const signer = { ...keys, region: 'eu-test-1', timestamp: String(timestamp) }
  const asked = { method: request.method ?? '', path, query, headers, payloadHash: String(payloadHash) }
  if (given !== authorization(asked, signer)) throw new Refused(403, 'SignatureDoesNotMatch')
}

interface State {
  readonly buckets: Map<string, { readonly objects: Bucket; readonly at: Date }>
  readonly uploads: Map<string, Map<number, Buffer>>
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: Buffer
}

function answer({ buckets, uploads }: State, { request, response, body }: Exchange): void {
  const url = new URL(request.url ?? '', 'http://s3')
  const [, name = '', ...rest] = url.pathname.split('/')
  const key = rest.map(decodeURIComponent).join('/')
  const send = (text: string | Buffer, headers: Record<string, string> = {}, status = 200): void =>
    void response.writeHead(status, { 'content-length': Buffer.byteLength(text), ...headers }).end(text)
  if (name === '') {
    const list = [...buckets].map(
      ([one, { at }]) =>
        `<Bucket><Name>${one}</Name><CreationDate>${at.toISOString()}</CreationDate></Bucket>`,
    )
    return send(`<ListAllMyBucketsResult><Buckets>${list.join('')}</Buckets></ListAllMyBucketsResult>`)
  }
  const bucket = buckets.get(name)
  if (key === '' && request.method === 'PUT') {
    if (bucket) throw new Refused(409, 'BucketAlreadyOwnedByYou')
    buckets.set(name, { objects: new Map(), at: new Date() })
    return send('')
  }
  if (!bucket) throw new Refused(404, 'NoSuchBucket')
  const { objects } = bucket
  if (key === '') {
    if (request.method === 'HEAD') return send('')
    if (request.method === 'GET') return send(list(objects, url.searchParams))
    if (objects.size > 0) throw new Refused(409, 'BucketNotEmpty')
    buckets.delete(name)
    return send('', {}, 204)
  }
  const uploadId = url.searchParams.get('uploadId')
  const put = (content: Buffer): void => void objects.set(key, { content, at: new Date() })
  switch (request.method) {
    case 'POST': {
      if (url.searchParams.has('uploads')) {
        const id = `upload/${uploads.size + 1}+=`
        uploads.set(id, new Map())
        return send(
          `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        )
      }
      const parts = uploads.get(uploadId ?? '')
      if (!parts) throw new Refused(404, 'NoSuchUpload')
      const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, number]) => Number(number))
      const chosen = numbers.map((number) => parts.get(number) ?? Buffer.alloc(0))
      if (chosen.slice(0, -1).some(({ length }) => length < 5 * 1024 * 1024))
        throw new Refused(400, 'EntityTooSmall')
      put(Buffer.concat(chosen))
      uploads.delete(uploadId ?? '')
      return send('<CompleteMultipartUploadResult></CompleteMultipartUploadResult>')
    }
    case 'PUT': {
      const source = request.headers['x-amz-copy-source']
      if (typeof source === 'string') {
        const [from = '', ...path] = decodeURIComponent(source).slice(1).split('/')
        const copied = buckets.get(from)?.objects.get(path.join('/'))
        if (!copied) throw new Refused(404, 'NoSuchKey')
        put(copied.content)
        return send('<CopyObjectResult></CopyObjectResult>')
      }
      const parts = uploadId === null ? undefined : uploads.get(uploadId)
      if (parts) parts.set(Number(url.searchParams.get('partNumber')), body)
      else put(body)
      return send('', { etag: '"tag"' })
    }
    case 'DELETE':
      if (uploadId === null) objects.delete(key)
      else uploads.delete(uploadId)
      return send('', {}, 204)
    default: {
      const stored = objects.get(key)
      if (!stored) throw new Refused(404, 'NoSuchKey')
      const headers = { 'last-modified': stored.at.toUTCString() }
      if (request.method === 'HEAD') {
        response.writeHead(200, { ...headers, 'content-length': stored.content.length }).end()
        return
      }
      const [, start, end] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []
      const content =
        start === undefined ? stored.content : stored.content.subarray(Number(start), Number(end) + 1)
      return send(content, headers, start === undefined ? 200 : 206)
    }
  }
}

/** Pages of three, so that a few objects need several. */
function list(objects: Bucket, query: URLSearchParams): string {
  const names = [...objects.keys()].sort()
  const start = Number(query.get('continuation-token') ?? '0')
  const page = names.slice(start, start + 3)
  const contents = page.map((name) => `<Contents><Key>${encodeURIComponent(name)}</Key></Contents>`).join('')
  const more = start + 3 < names.length ? `<NextContinuationToken>${start + 3}</NextContinuationToken>` : ''
  return `<ListBucketResult>${contents}${more}</ListBucketResult>`
}

/** MinIO, on a folder that goes with it. */
export async function startMinio(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'washi-minio-'))
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  const env = {
    ...process.env,
    MINIO_ROOT_USER: keys.accessKeyId,
    MINIO_ROOT_PASSWORD: keys.secretAccessKey,
    MINIO_REGION: 'eu-test-1',
  }
  const child = spawn('minio', ['server', folder, '--address', `127.0.0.1:${port}`], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  for await (const chunk of child.stdout) if (String(chunk).includes('API')) break
  child.stdout.resume()
  return {
    ...{ ...keys, url: `http://127.0.0.1:${port}`, openUploads: () => 0, fail: () => undefined },
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}
