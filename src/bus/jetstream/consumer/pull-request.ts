import { z } from 'zod'
import type { ConsumerConfig } from '../consumer-config.js'
import { formatGoDuration } from '../go-duration.js'
import { flag, wholeNumber } from '../wire-schema.js'

const pullRequestSchema = z.object({
  batch: wholeNumber,
  expires: wholeNumber,
  max_bytes: wholeNumber,
  no_wait: flag,
  idle_heartbeat: wholeNumber,
})

/** What a client asked for; durations are nanoseconds, 0 is "not set". */
export interface PullRequest {
  readonly batch: number
  readonly expires: number
  readonly maxBytes: number
  readonly noWait: boolean
  readonly heartbeat: number
}

/** The body of a pull request, or the status that refuses it. */
export function parsePullRequest(body: Buffer): PullRequest | { readonly refusal: string } {
  const content = body.toString('utf8').trim()
  const plain = { batch: 1, expires: 0, maxBytes: 0, noWait: false, heartbeat: 0 }
  if (/^\d{1,9}$/.test(content)) return { ...plain, batch: Number(content) || 1 }
  if (!content.startsWith('{')) return plain
  const parsed = pullRequestSchema.safeParse(parseJson(content))
  if (!parsed.success) return { refusal: '400 Bad Request - invalid JSON' }
  const { batch, expires, max_bytes: maxBytes, no_wait: noWait, idle_heartbeat: heartbeat } = parsed.data
  if (heartbeat > 0 && heartbeat * 2 > expires) {
    return { refusal: '400 Bad Request - heartbeat value too large' }
  }
  return { batch: batch || 1, expires, maxBytes, noWait, heartbeat }
}

/** The status that refuses a request for exceeding what the consumer allows; undefined where it does not. */
export function pullRequestExcess(request: PullRequest, config: ConsumerConfig): string | undefined {
  const { max_batch: maxBatch, max_expires: maxExpires, max_bytes: maxBytes } = config
  if (maxBatch > 0 && request.batch > maxBatch) return `409 Exceeded MaxRequestBatch of ${maxBatch}`
  if (maxExpires > 0 && request.expires > maxExpires) {
    return `409 Exceeded MaxRequestExpires of ${formatGoDuration(maxExpires)}`
  }
  if (maxBytes > 0 && request.maxBytes > maxBytes) return `409 Exceeded MaxRequestMaxBytes of ${maxBytes}`
  return undefined
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    // No object: the schema refuses it.
    return undefined
  }
}
