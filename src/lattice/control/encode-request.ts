import { z } from 'zod'
import { AppError } from '../../core/errors.js'

/** The JSON of a request, with defaults filled in. Throws REQUEST_INVALID for what a host would not understand. */
export function encodeRequest<S extends z.ZodType>(schema: S, request: z.input<S>): string {
  const strict = schema instanceof z.ZodObject ? schema.strict() : schema
  const parsed = strict.safeParse(request)
  if (parsed.success) return JSON.stringify(parsed.data)
  throw new AppError(
    'REQUEST_INVALID',
    `Cannot send a request that no host understands: ${z.prettifyError(parsed.error)}`,
  )
}
