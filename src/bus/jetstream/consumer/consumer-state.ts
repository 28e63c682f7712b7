import { z } from 'zod'
import { consumerConfigSchema } from '../consumer-config.js'

const pair = z.object({ consumer: z.number(), stream: z.number() })

/** What a consumer's file holds. */
export const consumerStateSchema = z.object({
  config: consumerConfigSchema,
  created: z.string(),
  next: z.object({ sequence: z.number(), selected: z.array(z.number()).optional() }),
  delivered: pair,
  acks: z.object({
    floor: pair,
    pending: z.array(z.tuple([z.number(), z.number(), z.number()])),
    redelivered: z.array(z.tuple([z.number(), z.number()])),
  }),
})

export type ConsumerState = z.output<typeof consumerStateSchema>
