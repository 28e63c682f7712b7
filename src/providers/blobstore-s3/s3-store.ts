import type { ObjectId, ObjectInfo, ObjectStore } from '../support/object-store.js'
import { S3Error, type S3Api, type S3Answer } from './s3-api.js'
import { encodeStrictly } from './sign.js'
import { uploadInParts } from './upload-in-parts.js'
import { elementsIn, textIn } from './xml.js'
import type { S3Settings } from './settings.js'

/** Requests that delete at the same time. */
const maxParallel = 8

/** Buckets as containers. */
export class S3Store implements ObjectStore {
  readonly #api: S3Api
  readonly #settings: S3Settings

  constructor(api: S3Api, settings: S3Settings) {
    this.#api = api
    this.#settings = settings
  }

  async createContainer(name: string): Promise<void> {
    const bucket = this.#bucket(name)
    const region = this.#settings.bucketRegion ?? this.#settings.region
    const body =
      region === 'us-east-1'
        ? undefined
        : Buffer.from(
            `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`,
          )
    await this.#api
      .text({ method: 'PUT', bucket, ...(body ? { body } : {}) })
      .catch(unlessCode('BucketAlreadyOwnedByYou'))
  }

  async containerExists(name: string): Promise<boolean> {
    return (await this.#head({ bucket: this.#bucket(name) })) !== undefined
  }

  async containerCreatedAt(name: string): Promise<bigint> {
    const bucket = this.#bucket(name)
    const buckets = elementsIn(await this.#api.text({ method: 'GET' }), 'Bucket')
    const found = buckets.find((element) => textIn(element, 'Name') === bucket)
    if (found === undefined) throw noContainer(name)
    return toSeconds(textIn(found, 'CreationDate'))
  }

  async clearContainer(name: string): Promise<void> {
    let batch: string[] = []
    const flush = async (): Promise<void> => {
      await Promise.all(batch.map((object) => this.delete({ container: name, object })))
      batch = []
    }
    for await (const object of this.listObjects(name)) {
      batch.push(object)
      if (batch.length >= maxParallel) await flush()
    }
    await flush()
  }

  async deleteContainer(name: string): Promise<void> {
    await this.clearContainer(name)
    await this.#api.text({ method: 'DELETE', bucket: this.#bucket(name) })
  }

  async *listObjects(name: string): AsyncGenerator<string> {
    const bucket = this.#bucket(name)
    let token: string | undefined
    do {
      const more: Record<string, string> = token === undefined ? {} : { 'continuation-token': token }
      const query = { 'list-type': '2', 'encoding-type': 'url', ...more }
      const text = await this.#api.text({ method: 'GET', bucket, query }).catch(missingContainer(name))
      for (const element of elementsIn(text, 'Contents')) yield decodeName(textIn(element, 'Key'))
      token = textIn(text, 'NextContinuationToken') || undefined
    } while (token !== undefined)
  }

  async stat(id: ObjectId): Promise<ObjectInfo | undefined> {
    const answer = await this.#head({ bucket: this.#bucket(id.container), key: keyOf(id) })
    if (!answer) return undefined
    const size = BigInt(answer.header('content-length') ?? '0')
    return { size, createdAt: toSeconds(answer.header('last-modified') ?? '') }
  }

  async *read(id: ObjectId, start: bigint, end: bigint): AsyncGenerator<Uint8Array> {
    const headers = { range: `bytes=${start}-${end - 1n}` }
    const { body } = await this.#api.send({
      method: 'GET',
      bucket: this.#bucket(id.container),
      key: keyOf(id),
      headers,
    })
    let left = end - start
    for await (const chunk of body as AsyncIterable<Buffer>) {
      left -= BigInt(chunk.length)
      yield chunk
    }
    if (left !== 0n) throw new Error('the object came in part only')
  }

  async write(id: ObjectId, data: AsyncIterable<Uint8Array>): Promise<void> {
    await uploadInParts(this.#api, { bucket: this.#bucket(id.container), key: keyOf(id) }, data)
  }

  async copy(from: ObjectId, to: ObjectId): Promise<void> {
    const source = [this.#bucket(from.container), ...keyOf(from).split('/')].map(encodeStrictly).join('/')
    const headers = { 'x-amz-copy-source': `/${source}` }
    const text = await this.#api
      .text({ method: 'PUT', bucket: this.#bucket(to.container), key: keyOf(to), headers })
      .catch(missingContainer(to.container))
    // A copy that fails while it runs is told with status 200.
    if (text.includes('<Error>')) throw new S3Error(200, textIn(text, 'Code'))
  }

  async delete(id: ObjectId): Promise<void> {
    const place = { bucket: this.#bucket(id.container), key: keyOf(id) }
    await this.#api.text({ method: 'DELETE', ...place }).catch(unlessCode('NoSuchKey'))
  }

  async #head(place: { readonly bucket: string; readonly key?: string }): Promise<S3Answer | undefined> {
    try {
      const answer = await this.#api.send({ method: 'HEAD', ...place })
      answer.body.resume()
      return answer
    } catch (failure) {
      if (failure instanceof S3Error && failure.status === 404) return undefined
      throw failure
    }
  }

  #bucket(name: string): string {
    const bucket = this.#settings.aliases[name] ?? name
    if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) return bucket
    throw new Error(`"${name}" cannot be the name of a container: S3 takes 3 to 63 of a-z, 0-9, "-" and "."`)
  }
}

function keyOf({ object }: ObjectId): string {
  const isName =
    object !== '' &&
    Buffer.byteLength(object) <= 1024 &&
    !object.split('/').some((part) => /^\.\.?$/.test(part))
  if (isName) return object
  throw new Error(`"${object}" cannot be the name of an object`)
}

function noContainer(name: string): Error {
  return new Error(`there is no container "${name}"`)
}

function missingContainer(name: string): (failure: unknown) => never {
  return (failure) => {
    throw failure instanceof S3Error && failure.code === 'NoSuchBucket' ? noContainer(name) : failure
  }
}

function unlessCode(code: string): (failure: unknown) => void {
  return (failure) => {
    if (!(failure instanceof S3Error && failure.code === code)) throw failure
  }
}

function toSeconds(date: string): bigint {
  const ms = Date.parse(date)
  return Number.isNaN(ms) ? 0n : BigInt(Math.floor(ms / 1000))
}

/** Names of a listing are encoded, a space as a plus. */
function decodeName(text: string): string {
  return decodeURIComponent(text.replaceAll('+', '%20'))
}
