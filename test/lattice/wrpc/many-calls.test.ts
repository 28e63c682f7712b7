import type { WrpcTarget } from '#washi/lattice/wrpc/served-function.js'
import { describe, expect, it } from 'vitest'
import { natsImplementations } from '../../support/nats-implementations.js'
import { ObservedCall } from '../../support/wrpc/observed-call.js'
import { recordedPrefix } from '../../support/wrpc/recorded-calls.js'
import { servedFunctions } from '../../support/wrpc/recorded-functions.js'
import { requestOf, startClient, startServer } from '../../support/wrpc/wrpc-parties.js'

const calls = 10_000

/** Answers with the parameters, each call in a later turn; every tenth fails, every seventh is never answered. */
const target: WrpcTarget = {
  invoke: ({ params }, sink) => {
    let isCancelled = false
    const number = Number(Buffer.from(params.subarray(1)).toString())
    setImmediate(() => {
      if (isCancelled || number % 7 === 0) return
      if (number % 10 === 0) return sink.onFailure({ kind: 'trap', message: 'every tenth' })
      sink.onResult(params)
      sink.onEnd()
    })
    return {
      write: () => true,
      end: () => undefined,
      resume: () => undefined,
      cancel: () => {
        isCancelled = true
      },
    }
  },
}

describe.each(natsImplementations)('ten thousand calls at once over $name', ({ start }) => {
  it('are all answered, or given up, and leave nothing behind', async () => {
    await using bus = await start()
    const functions = servedFunctions('test:demo/api@0.1.0')
    // Two that share the calls, as two hosts do.
    await using one = await startServer(bus.url, { functions, target })
    await using other = await startServer(bus.url, { functions, target })
    await using client = await startClient(bus.url)
    const outcomes = await Promise.all(
      Array.from({ length: calls }, async (_, number) => {
        const digits = Buffer.from(String(number))
        const params = Buffer.concat([Buffer.of(digits.length), digits])
        const observed = new ObservedCall()
        const call = client.party.invoke(requestOf('echo', params), { prefix: recordedPrefix }, observed)
        if (number % 7 === 0) return void call.cancel()
        const { results, failure } = await observed.outcome
        expect(failure?.kind).toBe(number % 10 === 0 ? 'trap' : undefined)
        return number % 10 === 0 || results?.equals(params)
      }),
    )
    expect(outcomes.filter((outcome) => outcome === true)).toHaveLength(calls - Math.ceil(calls / 7))
    expect(client.party.size).toBe(0)
    await Promise.all([one.party.close(0), other.party.close(0)])
    expect([one.party.size, other.party.size]).toEqual([0, 0])
    expect([client.party.budget.used, one.party.budget.used, other.party.budget.used]).toEqual([0, 0, 0])
  })
})
