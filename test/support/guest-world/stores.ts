import { decode, encode, InputStream, OutputStream, variant } from './io.js'

/** wasi:keyvalue over maps; the bucket `missing` does not exist, `denied` is not allowed. */
export function createKeyValue(): Readonly<Record<string, object>> {
  const buckets = new Map<string, Map<string, Uint8Array>>()
  class Bucket {
    readonly entries: Map<string, Uint8Array>

    constructor(name: string) {
      if (name === 'missing') throw variant('no-such-store')
      if (name === 'denied') throw variant('access-denied')
      this.entries = buckets.get(name) ?? new Map<string, Uint8Array>()
      buckets.set(name, this.entries)
    }

    get(key: string): Uint8Array | undefined {
      return this.entries.get(key)
    }

    set(key: string, value: Uint8Array): void {
      if (key === 'bad') throw variant('other', 'bad key')
      this.entries.set(key, value.slice())
    }

    delete(key: string): void {
      this.entries.delete(key)
    }

    exists(key: string): boolean {
      return this.entries.has(key)
    }

    listKeys(cursor: bigint | undefined): unknown {
      const keys = [...this.entries.keys()]
      const start = Number(cursor ?? 0n)
      return {
        keys: keys.slice(start, start + 2),
        cursor: start + 2 < keys.length ? BigInt(start + 2) : undefined,
      }
    }
  }
  return {
    'wasi:keyvalue/store': { open: (name: string) => new Bucket(name), Bucket },
    'wasi:keyvalue/atomics': {
      increment: ({ entries }: Bucket, key: string, delta: bigint): bigint => {
        const value = BigInt(decode(entries.get(key) ?? encode('0'))) + delta
        entries.set(key, encode(String(value)))
        return value
      },
    },
    'wasi:keyvalue/batch': {
      getMany: ({ entries }: Bucket, keys: string[]) =>
        keys.map((key) => (entries.has(key) ? [key, entries.get(key)] : undefined)),
      setMany: ({ entries }: Bucket, pairs: [string, Uint8Array][]) =>
        pairs.forEach(([key, value]) => entries.set(key, value.slice())),
      deleteMany: ({ entries }: Bucket, keys: string[]) => keys.forEach((key) => entries.delete(key)),
    },
  }
}

type Objects = Map<string, Uint8Array>

class StreamObjectNames {
  readonly #names: string[]

  constructor(names: string[]) {
    this.#names = names
  }

  readStreamObjectNames(count: bigint): unknown {
    return [this.#names.splice(0, Math.min(Number(count), 2)), this.#names.length === 0]
  }

  skipStreamObjectNames(count: bigint): unknown {
    return [BigInt(this.#names.splice(0, Number(count)).length), this.#names.length === 0]
  }
}

class OutgoingValue {
  readonly chunks: Uint8Array[] = []
  target: { readonly objects: Objects; readonly name: string } | undefined

  static newOutgoingValue(): OutgoingValue {
    return new OutgoingValue()
  }

  outgoingValueWriteBody(): OutputStream {
    return new OutputStream((bytes) => this.chunks.push(bytes))
  }

  static finish({ target, chunks }: OutgoingValue): void {
    if (!target) throw 'not written'
    target.objects.set(target.name, Buffer.concat(chunks))
    if (target.name === 'late') throw 'late failure'
  }
}

class IncomingValue {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  static incomingValueConsumeSync(value: IncomingValue): Uint8Array {
    return value.bytes
  }

  static incomingValueConsumeAsync({ bytes }: IncomingValue): InputStream {
    const chunks: Uint8Array[] = []
    for (let start = 0; start < bytes.length; start += 1000) chunks.push(bytes.subarray(start, start + 1000))
    return new InputStream(chunks)
  }

  size(): bigint {
    return BigInt(this.bytes.length)
  }
}

class Container {
  readonly #name: string
  readonly #objects: Objects

  constructor(name: string, objects: Objects) {
    this.#name = name
    this.#objects = objects
  }

  name(): string {
    return this.#name
  }

  info(): unknown {
    return { name: this.#name, createdAt: 5n }
  }

  getData(name: string, start: bigint, end: bigint): IncomingValue {
    return new IncomingValue(
      new Uint8Array(this.#objects.get(name) ?? []).subarray(Number(start), Number(end)),
    )
  }

  writeData(name: string, value: OutgoingValue): void {
    if (name === 'bad') throw 'bad object'
    value.target = { objects: this.#objects, name }
  }

  listObjects(): StreamObjectNames {
    return new StreamObjectNames([...this.#objects.keys()])
  }

  deleteObject(name: string): void {
    this.#objects.delete(name)
  }

  deleteObjects(names: string[]): void {
    for (const name of names) this.#objects.delete(name)
  }

  hasObject(name: string): boolean {
    return this.#objects.has(name)
  }

  objectInfo(name: string): unknown {
    const size = BigInt(this.#objects.get(name)?.length ?? 0)
    return { name, container: this.#name, createdAt: 6n, size }
  }

  clear(): void {
    this.#objects.clear()
  }
}

interface ObjectId {
  readonly container: string
  readonly object: string
}

/** wasi:blobstore over maps; some names fail. */
export function createBlobStore(): Readonly<Record<string, object>> {
  const containers = new Map<string, Objects>()
  const objectsOf = (name: string): Objects => {
    const objects = containers.get(name)
    if (!objects) throw 'no such container'
    return objects
  }
  const copyObject = (from: ObjectId, to: ObjectId): void => {
    objectsOf(to.container).set(to.object, objectsOf(from.container).get(from.object) ?? new Uint8Array())
  }
  return {
    'wasi:blobstore/container': { Container, StreamObjectNames },
    'wasi:blobstore/types': { IncomingValue, OutgoingValue },
    'wasi:blobstore/blobstore': {
      createContainer: (name: string) => {
        containers.set(name, new Map())
        return new Container(name, objectsOf(name))
      },
      getContainer: (name: string) => new Container(name, objectsOf(name)),
      deleteContainer: (name: string) => {
        objectsOf(name)
        containers.delete(name)
      },
      containerExists: (name: string) => containers.has(name),
      copyObject,
      moveObject: (from: ObjectId, to: ObjectId) => {
        copyObject(from, to)
        objectsOf(from.container).delete(from.object)
      },
    },
  }
}
