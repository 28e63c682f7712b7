import { z } from 'zod'

/** What a provider answers when it is asked for its health. */
export const healthAnswerSchema = z.object({
  healthy: z.boolean().default(false),
  message: z.string().nullish(),
  /** Of washi's providers only: whether link messages are answered where they ask for it. */
  answers_links: z.boolean().optional(),
})
export type HealthAnswer = Readonly<z.infer<typeof healthAnswerSchema>>

/** What a provider of washi answers to a link message: absent where it took the link. */
export const linkAnswerSchema = z.object({ error: z.string().optional() })
export type LinkAnswer = Readonly<z.infer<typeof linkAnswerSchema>>
