import { readFile, rename, writeFile } from 'node:fs/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { z } from 'zod'
import { readTar, type TarEntry } from '../../component/provider-archive/read-tar.js'
import { writeTar } from '../../component/provider-archive/write-tar.js'
import { AppError, messageOf } from '../../core/errors.js'
import { captureParts, type Capture, type CapturedEntry } from './capture.js'

const bucketFolder = 'kv/'

/** Writes a capture as a .tar.gz of JSON files, whole or not at all; only its owner may read it. */
export async function writeCapture(file: string, capture: Capture): Promise<void> {
  const { lattice, startedAt, endedAt, inventory, links, buckets, messages } = capture
  const entries = [
    toEntry('capture.json', { format: 'washcapture', version: 1, lattice, startedAt, endedAt }),
    toEntry('inventory.json', inventory),
    toEntry('links.json', links),
    ...Object.entries(buckets).map(([name, values]) => toEntry(`${bucketFolder}${name}.json`, values)),
    { name: 'messages.jsonl', bytes: encode(messages.map((each) => `${JSON.stringify(each)}\n`).join('')) },
  ]
  await writeFile(`${file}.new`, gzipSync(writeTar(entries)), { mode: 0o600 })
  await rename(`${file}.new`, file)
}

/** Reads a capture. Throws CAPTURE_INVALID with what is wrong with it. */
export async function readCapture(file: string): Promise<Capture> {
  try {
    return parse(
      new Map([...readTar(gunzipSync(await readFile(file)))].map(({ name, bytes }) => [name, bytes])),
    )
  } catch (cause) {
    throw new AppError('CAPTURE_INVALID', `Cannot read the capture ${file}: ${messageOf(cause)}`, {
      cause,
      hint: 'Make one: washi capture --duration-ms 10000',
      place: { file },
    })
  }
}

function parse(files: ReadonlyMap<string, Uint8Array>): Capture {
  const head = readPart(files, 'capture.json', captureParts.head)
  const buckets = [...files.keys()].filter((name) => name.startsWith(bucketFolder))
  const lines = decode(files.get('messages.jsonl') ?? new Uint8Array()).split('\n')
  return {
    lattice: head.lattice,
    startedAt: head.startedAt,
    endedAt: head.endedAt,
    inventory: readPart(files, 'inventory.json', captureParts.inventory),
    links: readPart(files, 'links.json', captureParts.links),
    buckets: Object.fromEntries(
      buckets.map((name): [string, readonly CapturedEntry[]] => [
        name.slice(bucketFolder.length, -'.json'.length),
        readPart(files, name, captureParts.bucket),
      ]),
    ),
    messages: lines
      .filter((line) => line !== '')
      .map((line, index) => parsePart(`messages.jsonl, line ${index + 1}`, line, captureParts.message)),
  }
}

function readPart<T>(files: ReadonlyMap<string, Uint8Array>, name: string, schema: z.ZodType<T>): T {
  const bytes = files.get(name)
  if (!bytes) throw new Error(`it has no ${name}`)
  return parsePart(name, decode(bytes), schema)
}

function parsePart<T>(name: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error(`${name} is not as it should be`, { cause })
  }
}

function toEntry(name: string, value: unknown): TarEntry {
  return { name, bytes: encode(`${JSON.stringify(value, undefined, 2)}\n`) }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
