import type { S3Api } from './s3-api.js'
import { textIn } from './xml.js'

/** Size of a part, of which one is held at a time. At least 5 MiB; 10,000 of them are the most of an object. */
const partBytes = 16 * 1024 * 1024

interface Place {
  readonly bucket: string
  readonly key: string
}

/** Stores what comes as an object: at once where it is small, in parts of 16 MiB otherwise. A failed upload leaves nothing. */
export async function uploadInParts(
  api: S3Api,
  place: Place,
  data: AsyncIterable<Uint8Array>,
): Promise<void> {
  const parts = inParts(data)[Symbol.asyncIterator]()
  const first = await parts.next()
  const second = first.done ? first : await parts.next()
  if (second.done) {
    await api.text({ method: 'PUT', ...place, body: first.value ?? new Uint8Array() })
    return
  }
  const started = await api.text({ method: 'POST', ...place, query: { uploads: '' } })
  const uploadId = textIn(started, 'UploadId')
  try {
    const tags: string[] = []
    for (let next = first; !next.done; next = tags.length === 1 ? second : await parts.next()) {
      const query = { partNumber: String(tags.length + 1), uploadId }
      const answer = await api.send({ method: 'PUT', ...place, query, body: next.value })
      answer.body.resume()
      tags.push(answer.header('etag') ?? '')
    }
    await complete(api, place, { uploadId, tags })
  } catch (failure) {
    await api.text({ method: 'DELETE', ...place, query: { uploadId } }).catch(() => undefined) // the first failure says more
    throw failure
  }
}

async function complete(
  api: S3Api,
  place: Place,
  { uploadId, tags }: { readonly uploadId: string; readonly tags: readonly string[] },
): Promise<void> {
  const parts = tags.map(
    (tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`,
  )
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
  const text = await api.text({ method: 'POST', ...place, query: { uploadId }, body })
  // What fails while it is put together is told with status 200.
  if (text.includes('<Error>')) throw new Error(`the upload cannot be completed: ${textIn(text, 'Code')}`)
}

/** All parts but the last are full. */
async function* inParts(data: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let part = Buffer.allocUnsafe(partBytes)
  let length = 0
  for await (const chunk of data) {
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(chunk.length - at, partBytes - length)
      part.set(chunk.subarray(at, at + taken), length)
      at += taken
      length += taken
      if (length < partBytes) continue
      yield part
      part = Buffer.allocUnsafe(partBytes)
      length = 0
    }
  }
  if (length > 0) yield part.subarray(0, length)
}
