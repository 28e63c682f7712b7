import {
  claimsListSchema,
  hostInventorySchema,
  hostSchema,
} from '#washi/lattice/control/inventory-schemas.js'
import * as s from '#washi/lattice/control/schemas.js'
import { parseEvent } from '#washi/lattice/events/schemas.js'
import { readFileSync } from 'node:fs'
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
        const made =
          typeof subject === 'function' ? subject('ID', { components: true, providers: true }) : subject
        return [made].flat().map((each) => (typeof each === 'string' ? each : each.subject))
      }),
    )
    const foreign = /frobnicate|dotted|NAAAAAAA/
    for (const { request } of exchanges.filter((each) => !foreign.test(each.request.subject))) {
      const known = request.subject.replace(/^((?:[^.]+\.){6})[^.]+$/, '$1ID')
      expect(ours).toContain(known)
    }
  })
})

describe('the subscriptions of a real host', () => {
  it('are ours, with their queue groups', () => {
    const recorded = readFileSync(new URL('../fixtures/lattice/subscriptions.txt', import.meta.url), 'utf8')
    const theirs = recorded.split('\n').filter((line) => line.startsWith('wasmbus.ctl.'))
    const both = { components: true, providers: true }
    const ours = createSubjects({ lattice: parseLatticeName('default') })
      .hostSubscriptions('{host_id}', both)
      .map(({ subject, queue }) => (queue === undefined ? subject : `${subject} ${queue}`))
    expect(ours.sort()).toEqual(theirs.sort())
  })

  it('lack the auctions that the host takes no part in', () => {
    const subjects = createSubjects({ lattice: parseLatticeName('other'), ctlPrefix: 'acme.ctl' })
    const heard = subjects
      .hostSubscriptions('ID', { components: false, providers: true })
      .map(({ subject }) => subject)
    expect(heard).toContain('acme.ctl.v1.other.provider.auction')
    expect(heard).not.toContain('acme.ctl.v1.other.component.auction')
  })
})
