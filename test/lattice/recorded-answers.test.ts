import {
  claimsListSchema,
  hostInventorySchema,
  hostSchema,
} from '#washi/lattice/control/inventory-schemas.js'
import * as s from '#washi/lattice/control/schemas.js'
import { parseEvent } from '#washi/lattice/events/schemas.js'
import { createSubjects } from '#washi/lattice/subjects.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readExchanges, recordedEvents, recordedSteps } from '../support/recorded-lattice.js'

const responses: readonly (readonly [RegExp, z.ZodType])[] = [
  [/host\.ping$/, hostSchema],
  [/host\.get\./, hostInventorySchema],
  [/link\.get$/, z.array(s.linkSchema)],
  [/claims\.get$/, claimsListSchema],
  [/config\.get\./, s.stringMapSchema],
  [/component\.auction$/, s.componentAuctionAckSchema],
  [/provider\.auction$/, s.providerAuctionAckSchema],
]

const exchanges = recordedSteps().flatMap(readExchanges)
const answered = exchanges.filter(({ answer }) => answer)

describe('what a real host has said', () => {
  it('is understood, answer by answer', () => {
    for (const { request, answer } of answered) {
      const schema = responses.find(([pattern]) => pattern.test(request.subject))?.[1] ?? z.undefined()
      const parsed = s.controlResponseSchema(schema).safeParse(answer?.json)
      expect(parsed.error, request.subject).toBeUndefined()
      expect(parsed.data, request.subject).toEqual(answer?.json)
    }
    expect(answered.length).toBeGreaterThan(60)
  })

  it('is understood, event by event', () => {
    for (const { json, subject } of recordedEvents()) {
      const event = parseEvent(json)
      expect(event.kind, subject).toBe(subject.split('.').at(-1))
      expect(event.data, subject).toEqual((json as { data: unknown }).data)
    }
    expect(new Set(recordedEvents().map(({ subject }) => subject)).size).toBeGreaterThan(12)
  })
})

describe('the requests that a real client has sent', () => {
  it('have subjects that we build as well', () => {
    const subjects = createSubjects({ lattice: parseLatticeName('default') })
    const ours = new Set(
      Object.values(subjects).flatMap((subject) => {
        if (typeof subject === 'function')
          return [subject('ID')].flat().map((each) => (typeof each === 'string' ? each : each.subject))
        return [subject]
      }),
    )
    const foreign = /frobnicate|dotted|NAAAAAAA/
    for (const { request } of exchanges.filter((each) => !foreign.test(each.request.subject))) {
      const known = request.subject.replace(/^((?:[^.]+\.){6})[^.]+$/, '$1ID')
      expect(ours).toContain(known)
    }
  })
})
