import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyValueNats } from '#washi/providers/keyvalue-nats/index.js'
import { atomics, batch, store } from '#washi/wit/wire/keyvalue.js'
import { ask } from '../../support/guest-pool-kit.js'
import { keyValueSubjects, type KeyValueBacking } from '../../support/key-value-subjects.js'
import { providerForms, startProviderKit, type ProviderKit } from '../../support/provider-kit.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const ok = (val: unknown) => ({ tag: 'ok', val })

const forms = keyValueSubjects.flatMap((subject) => providerForms.map((form) => ({ subject, form })))

for (const { subject, form } of forms) {
  const { definition, bucket = '', maxNumber = 2n ** 64n - 1n, why } = subject
  const title = why === undefined ? subject.title : `${subject.title} (${why})`

  describe.skipIf(why !== undefined)(`${title} as a key-value store, ${form}`, () => {
    let provider: ProviderKit
    let backing: KeyValueBacking
    const configOf = (number: number) => backing.config(number)

    beforeAll(async () => {
      backing = await subject.start()
      provider = await startProviderKit({
        ...{ definition, form, wit: 'wasi:keyvalue', interfaces: ['store', 'atomics', 'batch'] },
      })
      const config = configOf(1)
      expect(await provider.link(config ? { config } : {})).toBeUndefined()
    })
    afterAll(async () => {
      await provider[Symbol.asyncDispose]()
      await backing[Symbol.asyncDispose]()
    })

    describe.each(['local', 'remote'] as const)('for a %s caller', (where) => {
      const call = (name: string, ...args: readonly unknown[]): Promise<unknown> => {
        const of = [store, atomics, batch].find(({ functions }) => functions.some((one) => one.name === name))
        if (!of) throw new Error(`no function ${name}`)
        return provider.callers[where]({ of, function: name, args: [bucket, ...args] })
      }
      const key = (name: string): string => `${where}-${name}`

      it('returns what was set, and nothing for what was not', async () => {
        expect(await call('get', key('a'))).toEqual(ok(undefined))
        expect(await call('exists', key('a'))).toEqual(ok(false))
        expect(await call('set', key('a'), bytes('1'))).toEqual(ok(undefined))
        expect(await call('get', key('a'))).toEqual(ok(bytes('1')))
        expect(await call('exists', key('a'))).toEqual(ok(true))
        expect(await call('set', key('a'), bytes(''))).toEqual(ok(undefined))
        expect(await call('get', key('a'))).toEqual(ok(bytes('')))
      })

      it('keeps every byte', async () => {
        const all = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256)
        await call('set', key('bytes'), all)
        expect(await call('get', key('bytes'))).toEqual(ok(all))
      })

      it('deletes, also what is not there', async () => {
        await call('set', key('gone'), bytes('x'))
        expect(await call('delete', key('gone'))).toEqual(ok(undefined))
        expect(await call('get', key('gone'))).toEqual(ok(undefined))
        expect(await call('delete', key('gone'))).toEqual(ok(undefined))
      })

      it('counts, and stores numbers as decimal text', async () => {
        expect(await call('increment', key('n'), 1n)).toEqual(ok(1n))
        expect(await call('increment', key('n'), 41n)).toEqual(ok(42n))
        expect(await call('get', key('n'))).toEqual(ok(bytes('42')))
        expect(await call('increment', key('n'), 0n)).toEqual(ok(42n))
      })

      it('counts each of many at the same time', async () => {
        await Promise.all(Array.from({ length: 20 }, () => call('increment', key('busy'), 1n)))
        expect(await call('increment', key('busy'), 0n)).toEqual(ok(20n))
      })

      it('refuses to count what is no number, and beyond the greatest', async () => {
        await call('set', key('word'), bytes('word'))
        expect(await call('increment', key('word'), 1n)).toMatchObject({ tag: 'err', val: { tag: 'other' } })
        await call('set', key('full'), bytes(maxNumber.toString()))
        expect(await call('increment', key('full'), 1n)).toMatchObject({ tag: 'err', val: { tag: 'other' } })
        expect(await call('get', key('full'))).toEqual(ok(bytes(maxNumber.toString())))
      })

      it('works on many keys at once, in the order of the keys', async () => {
        const pairs = [
          [key('m1'), bytes('one')],
          [key('m2'), bytes('two')],
        ] as const
        expect(await call('set-many', pairs)).toEqual(ok(undefined))
        const asked = [key('m2'), key('none'), key('m1')]
        expect(await call('get-many', asked)).toEqual(ok([pairs[1], undefined, pairs[0]]))
        expect(await call('delete-many', asked)).toEqual(ok(undefined))
        expect(await call('get-many', asked)).toEqual(ok([undefined, undefined, undefined]))
        expect(await call('get-many', [])).toEqual(ok([]))
        expect(await call('set-many', [])).toEqual(ok(undefined))
        expect(await call('delete-many', [])).toEqual(ok(undefined))
      })

      it('lists each key, however many pages it takes', async () => {
        const wanted = Array.from({ length: 2_500 }, (_, index) => key(`page-${index}`))
        await call(
          'set-many',
          wanted.map((name) => [name, bytes('x')] as const),
        )
        const listed = new Set<string>()
        let cursor: bigint | undefined
        do {
          const page = (await call('list-keys', cursor)) as {
            val: { keys: string[]; cursor: bigint | undefined }
          }
          for (const name of page.val.keys) listed.add(name)
          cursor = page.val.cursor
        } while (cursor !== undefined)
        expect(wanted.filter((name) => !listed.has(name))).toEqual([])
        await call('delete-many', wanted)
      }, 20_000)
    })

    it('serves a component, and tells its links apart by their names', async () => {
      const first = configOf(2)
      const second = configOf(3)
      await provider.link({ source: 'kv-counter', ...(first ? { config: first } : {}) })
      await provider.link({ source: 'kv-counter', name: 'cache', ...(second ? { config: second } : {}) })
      const target = await provider.startComponent('kv-counter')
      const opened = `&bucket=${encodeURIComponent(definition === keyValueNats ? 'default' : bucket || 'any')}`
      expect((await ask(target, `/incr/n?by=2${opened}`)).text).toBe('2\n')
      expect((await ask(target, '/incr/n?by=5&link=cache&bucket=cache')).text).toBe('5\n')
      expect((await ask(target, `/incr/n?by=1${opened}`)).text).toBe('3\n')
    })

    it('tells what is wrong with the configuration of a link', async () => {
      expect(await provider.link({ source: 'other', config: { URI: 'x', Bukket: 'y' } })).toMatch(
        /no key "(URI|Bukket)"/,
      )
    })

    it('has nothing for a caller whose link is gone', async () => {
      const config = configOf(4)
      await provider.link({ name: 'brief', ...(config ? { config } : {}) })
      const get = { of: store, function: 'get', args: [bucket, 'k'], linkName: 'brief' }
      expect(await provider.callers.remote(get)).toEqual(ok(undefined))
      await provider.unlink({ name: 'brief' })
      // The memory of the provider is one store for everybody.
      if (subject.isOneStore) return
      await expect
        .poll(() => provider.callers.remote(get))
        .toMatchObject({
          tag: 'err',
          val: { tag: 'other', val: expect.stringContaining('no link named "brief"') },
        })
    })
  })
}
