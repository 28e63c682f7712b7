import { z } from 'zod'
import { hostInventorySchema } from '../../lattice/control/inventory-schemas.js'
import { linkSchema } from '../../lattice/control/schemas.js'

/** A call, an answer, or an event, as it happened. */
const messageSchema = z.looseObject({
  kind: z.enum(['call', 'answer', 'event']),
  /** RFC 3339. */
  time: z.string(),
})
export type CapturedMessage = Readonly<z.infer<typeof messageSchema>>

/** A stored value: text where it is UTF-8, base64 otherwise. */
const entrySchema = z.object({
  key: z.string(),
  revision: z.number(),
  text: z.string().optional(),
  base64: z.string().optional(),
})
export type CapturedEntry = Readonly<z.infer<typeof entrySchema>>

/** What a capture is about. */
export const captureHeadSchema = z.object({
  format: z.literal('washcapture'),
  version: z.literal(1),
  lattice: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
})

export const captureParts = {
  head: captureHeadSchema,
  inventory: z.array(hostInventorySchema),
  links: z.array(linkSchema),
  bucket: z.array(entrySchema),
  message: messageSchema,
}

/** What a lattice was, and what happened in it for a while. */
export interface Capture {
  readonly lattice: string
  readonly startedAt: string
  readonly endedAt: string
  /** What each host ran at the start. */
  readonly inventory: readonly z.infer<typeof hostInventorySchema>[]
  readonly links: readonly z.infer<typeof linkSchema>[]
  /** The key-value buckets at the start, by name: links, claims, configs, applications. */
  readonly buckets: Readonly<Record<string, readonly CapturedEntry[]>>
  readonly messages: readonly CapturedMessage[]
}
