import { z } from 'zod'
import { parseTimestamp } from '../store/timestamp.js'
import { refusals } from './api-error.js'

/**
 * Pieces of the schemas of requests. Clients of all languages leave fields out, send null, or send the zero value of
 * the type where they mean "not set": all three become undefined or the zero value here, as in nats-server.
 */

/** An optional value; null counts as absent. */
export function optional<T extends z.ZodType>(schema: T): z.ZodType<z.output<T> | undefined> {
  return schema.nullish().transform((value) => value ?? undefined)
}

/** A whole number; absent means 0. */
export const wholeNumber = z
  .number()
  .int()
  .nullish()
  .transform((value) => value ?? 0)

/** A boolean; absent means false. */
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false)

/** A text; absent means empty. Subjects and names are latin1 strings inside, one char per byte. */
export const text = z
  .string()
  .nullish()
  .transform((value) => toLatin1(value ?? ''))

/** A list; absent means empty. */
export function list<T extends z.ZodType>(schema: T): z.ZodType<readonly z.output<T>[]> {
  return z
    .array(schema)
    .nullish()
    .transform((value) => value ?? [])
}

/** Texts by name; absent means none. */
export const metadata = optional(z.record(z.string(), z.string()))

/** An RFC 3339 time, kept as it was written. */
export const timestamp = z.string().refine((value) => parseTimestamp(value) !== undefined, 'invalid time')

/** Parses a request's body; an empty one counts as `{}`. Throws the refusal 10025. */
export function parseRequest<T extends z.ZodType>(schema: T, body: Buffer): z.output<T> {
  const parsed = schema.safeParse(parseJson(body))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw refusals.invalidJson(issue ? `${issue.path.join('.')}: ${issue.message}` : 'unexpected value')
}

/** Whether a request has no body worth parsing. */
export function isEmptyRequest(body: Buffer): boolean {
  const content = body.toString('utf8').trim()
  return content === '' || content === '{}'
}

/** UTF-8 text as a latin1 string of its bytes. */
export function toLatin1(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1')
}

/** The text behind a latin1 string of UTF-8 bytes. */
export function fromLatin1(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8')
}

function parseJson(body: Buffer): unknown {
  const content = body.toString('utf8')
  if (content.trim() === '') return {}
  try {
    return JSON.parse(content) ?? {}
  } catch (thrown) {
    throw refusals.invalidJson(thrown instanceof Error ? thrown.message : 'unexpected end')
  }
}
