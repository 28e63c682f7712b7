import type { z } from 'zod'
import { jsonOf } from '../../lattice/message.js'
import type { LatticeMessage } from '../../lattice/message.js'

/** A request that cannot be read; the message goes to the client as the refusal. */
export class UnreadableRequest extends Error {
  override readonly name = 'UnreadableRequest'
}

/** Reads the payload, or throws UnreadableRequest with those words. */
export function readRequest<S extends z.ZodType>(
  message: LatticeMessage,
  schema: S,
  refusal: string,
): z.output<S> {
  const parsed = schema.safeParse(jsonOf(message))
  if (parsed.success) return parsed.data
  throw new UnreadableRequest(refusal)
}
