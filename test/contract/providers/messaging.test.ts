import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectLattice, type LatticeConnection } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { textOf, type LatticeMessage } from '#washi/lattice/message.js'
import { messagingNats } from '#washi/providers/messaging-nats/index.js'
import { consumer } from '#washi/wit/wire/messaging.js'
import { natsImplementations, type NatsUnderTest } from '../../support/nats-implementations.js'
import { providerForms, startProviderKit, type ProviderKit } from '../../support/provider-kit.js'

const handlerOf = { wit: 'wasmcloud:messaging', interfaces: ['handler'] }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const subjects = natsImplementations.flatMap((broker) => providerForms.map((form) => ({ ...broker, form })))

describe.each(subjects)('messaging-nats, $form, over $name', ({ start, form }) => {
  let broker: NatsUnderTest
  let provider: ProviderKit
  let peer: LatticeConnection

  beforeAll(async () => {
    broker = await start()
    provider = await startProviderKit({
      ...{ definition: messagingNats, form, wit: 'wasmcloud:messaging', interfaces: ['consumer'] },
    })
    peer = await connectLattice({ url: broker.url, lattice: parseLatticeName('default'), name: 'peer' })
    await provider.startComponent('messaging-echo')
    const config = { cluster_uris: broker.url }
    expect(await provider.link({ config })).toBeUndefined()
    expect(await provider.link({ source: 'messaging-echo', config })).toBeUndefined()
  })
  afterAll(async () => {
    await peer.close()
    await provider[Symbol.asyncDispose]()
    await broker[Symbol.asyncDispose]()
  })

  const handle = (name: string, subscriptions: string): Promise<string | undefined> =>
    provider.link({
      ...{ source: 'messaging-echo', name, calls: handlerOf },
      config: { cluster_uris: broker.url, subscriptions },
    })

  async function take(subject: string): Promise<() => Promise<LatticeMessage>> {
    const messages = peer.subscribe(subject)[Symbol.asyncIterator]()
    await peer.flush()
    return async () => {
      const next = await messages.next()
      await messages.return?.()
      return next.value as LatticeMessage
    }
  }

  describe.each(['local', 'remote'] as const)('for a %s caller', (where) => {
    const call = (name: string, ...args: readonly unknown[]): Promise<unknown> =>
      provider.callers[where]({ of: consumer, function: name, args })

    it('publishes, with and without a subject for answers', async () => {
      const next = await take(`out.${where}`)
      const message = { subject: `out.${where}`, body: bytes('hello'), replyTo: 'back' }
      expect(await call('publish', message)).toEqual({ tag: 'ok', val: undefined })
      const got = await next()
      expect([got.reply, textOf(got)]).toEqual(['back', 'hello'])
    })

    it('requests, and returns the answer', async () => {
      const next = await take(`ask.${where}`)
      const answered = call('request', `ask.${where}`, bytes('?'), 1000)
      const question = await next()
      question.respond('!')
      expect(await answered).toMatchObject({ tag: 'ok', val: { body: bytes('!'), replyTo: undefined } })
    })

    it('says that nobody is there, that nobody answers, and what is no subject', async () => {
      expect(await call('request', 'nobody', bytes(''), 1000)).toMatchObject({
        tag: 'err',
        val: expect.stringContaining('Nobody answers to "nobody"') as string,
      })
      await take(`mute.${where}`)
      expect(await call('request', `mute.${where}`, bytes(''), 50)).toMatchObject({
        tag: 'err',
        val: expect.stringContaining('within 50 ms') as string,
      })
      for (const subject of ['', 'a b', 'a.*', 'a..b', '>', 'a\r\nPUB b 0']) {
        const message = { subject, body: bytes(''), replyTo: undefined }
        expect(await call('publish', message)).toMatchObject({ tag: 'err' })
      }
    })
  })

  it('hands messages to a component, whose answers go out over its own link', async () => {
    expect(await handle('default', 'in.*, other.>')).toBeUndefined()
    expect(textOf(await peer.request('in.a', 'one'))).toBe('echo: one')
    expect(textOf(await peer.request('other.b.c', 'two'))).toBe('echo: two')
    const next = await take('relayed')
    peer.publish('in.relay', 'three')
    expect(textOf(await next())).toBe('three')
  })

  it('goes on after a component failed or trapped', async () => {
    peer.publish('in.fail', 'x')
    peer.publish('in.trap', 'x')
    expect(textOf(await peer.request('in.a', 'still'))).toBe('echo: still')
  })

  it('gives each message of a group to one of its members', async () => {
    expect(await handle('one', 'shared|group')).toBeUndefined()
    expect(await handle('two', 'shared|group')).toBeUndefined()
    const answers = await peer.gather('shared', 'x', { quietMs: 200 })
    expect(answers).toHaveLength(1)
  })

  it('takes no more once the link is gone', async () => {
    expect(await handle('brief', 'brief')).toBeUndefined()
    expect(textOf(await peer.request('brief', 'x'))).toBe('echo: x')
    await provider.kit.client.deleteLink({
      ...{ source_id: 'under-test', name: 'brief', wit_namespace: 'wasmcloud', wit_package: 'messaging' },
    })
    await expect
      .poll(() => peer.request('brief', 'x').then(textOf, (failure: { code: string }) => failure.code))
      .toBe('LATTICE_NO_RESPONDERS')
  })

  it('refuses links that cannot work', async () => {
    expect(await handle('empty', '')).toContain('names no subscriptions')
    expect(await handle('wrong', 'a..b')).toContain('"a..b", which is no subject')
    expect(await provider.link({ name: 'typo', config: { cluster_uri: 'x' } })).toContain(
      'did you mean "cluster_uris"?',
    )
    expect(await provider.link({ name: 'away', config: { cluster_uris: 'nats://127.0.0.1:1' } })).toContain(
      'nats://127.0.0.1:1',
    )
  })
})
