import { z } from 'zod'

/*
 * How hosts of washi tell spies of the calls that they answer: an extension of the lattice protocol, on subjects of its own
 * that nobody else uses. A spy asks all hosts again and again, with an inbox as reply; each answers there which components
 * and providers it tells of, and then copies their calls there until the spy says that it ends or has not asked for a while.
 */

/** How long a host remembers a spy that does not ask again. */
export const spyLeaseMs = 10_000

/** How often a spy asks. */
export const spyRenewMs = 2_000

/** What a spy asks for. */
export const spyRequestSchema = z.object({
  /** Only calls from or to that id. */
  id: z.string().optional(),
  /** The spy ends. */
  ends: z.boolean().optional(),
  /** Only whether the host listens, and what time it has: nothing is copied. */
  isProbe: z.boolean().optional(),
})
export type SpyRequest = Readonly<z.infer<typeof spyRequestSchema>>

const base64 = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')))

const callSchema = z.object({
  kind: z.literal('call'),
  host: z.string(),
  /** Unique among those of the host. */
  call: z.string(),
  /** Milliseconds since the epoch. */
  time: z.number(),
  source: z.string(),
  target: z.string(),
  link: z.string(),
  interface: z.string(),
  function: z.string(),
  /** wRPC bytes; left out where they are too long for a message. */
  params: base64.optional(),
  size: z.number(),
})

const answerSchema = z.object({
  kind: z.literal('answer'),
  host: z.string(),
  call: z.string(),
  time: z.number(),
  durationMs: z.number(),
  /** wRPC bytes of the result. */
  result: base64.optional(),
  size: z.number(),
  /** Why there is no result. */
  failure: z.string().optional(),
  /** Bytes of streams and futures: `params.0.0`, `results.0.1`. */
  streams: z.record(z.string(), z.number()),
})

/** What a host tells a spy. */
export const spyMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('watching'), host: z.string(), time: z.number(), ids: z.array(z.string()) }),
  callSchema,
  answerSchema,
])
export type SpyMessage = z.infer<typeof spyMessageSchema>
/** As it is sent. */
export type SpyMessageInput = z.input<typeof spyMessageSchema>
export type CopiedCall = Extract<SpyMessage, { kind: 'call' }>
export type CopiedAnswer = Extract<SpyMessage, { kind: 'answer' }>
