import { describe, expect, it } from 'vitest'
import type { LinkedFunctionCall } from '#washi/host/engine/wasi/guest-host.js'
import { LinkSelection } from '#washi/host/engine/wasi/link-selection.js'
import { createMessaging, Message } from '#washi/host/engine/wasi/messaging.js'
import { LinkedCallFailed } from '#washi/host/engine/wasi/trap.js'
import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import { consumer, handler } from '#washi/wit/wire/messaging.js'
import { wireFunction } from '#washi/wit/wire/wire-interface.js'
import { callFunction } from '../../../support/call-function.js'
import { createTestGuestHost, thrownBy } from '../../../support/guest-host-kit.js'
import { startTestPool } from '../../../support/guest-pool-kit.js'
import { createTestLinks } from '../../../support/linked/linked-calls.js'
import { createMemoryBroker } from '../../../support/linked/memory-broker.js'

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

/** The messaging interfaces of a guest whose calls `answer` answers. */
function serve(answer: (name: string, args: unknown[]) => unknown) {
  const calls: [string, ...unknown[]][] = []
  const callLinked = ({ instance, function: name, params }: LinkedFunctionCall): Uint8Array => {
    expect(instance).toBe('wasmcloud:messaging/consumer@0.2.0')
    const described = wireFunction(consumer, name)
    const args = createTupleCodec(described.params.map((param) => param.type)).decode(params)
    calls.push([name, ...args])
    return createTupleCodec(described.result ? [described.result] : []).encode([answer(name, args)])
  }
  const served = createMessaging(createTestGuestHost({ callLinked }), new LinkSelection())
  const get = (name: string) =>
    served[`wasmcloud:messaging/${name}`] as Record<string, (...args: unknown[]) => unknown>
  return { calls, get }
}

const client = {}

describe('wasmcloud:messaging 0.2', () => {
  it('publishes and requests', () => {
    const reply = { subject: 's', body: bytes('pong'), replyTo: undefined }
    const { calls, get } = serve((name) => ({ tag: 'ok', val: name === 'request' ? reply : undefined }))
    get('consumer')['publish']?.({ subject: 'a', body: bytes('x'), replyTo: 'b' })
    expect(get('consumer')['request']?.('a', bytes('ping'), 100)).toEqual(reply)
    expect(calls).toEqual([
      ['publish', { subject: 'a', body: bytes('x'), replyTo: 'b' }],
      ['request', 'a', bytes('ping'), 100],
    ])
  })

  it('hands errors to the guest, those of the call as well', () => {
    const { get } = serve(() => ({ tag: 'err', val: 'no broker' }))
    expect(thrownBy(() => get('consumer')['request']?.('a', bytes(''), 1))).toBe('no broker')
    const lost = serve(() => {
      throw new LinkedCallFailed({ kind: 'no-link', message: 'no link' })
    })
    expect(thrownBy(() => lost.get('consumer')['request']?.('a', bytes(''), 1))).toBe('no link')
  })
})

describe('a guest that takes messages', () => {
  it('publishes, requests and fails over links', async () => {
    const { target, published } = createMemoryBroker()
    const links = createTestLinks({ 'wasmcloud:messaging/consumer': { default: target } })
    await using test = await startTestPool('messaging-echo', { linked: links })
    const send = (subject: string, body: string, replyTo?: string) =>
      callFunction(test.pool, handler, 'handle-message', [{ subject, body: bytes(body), replyTo }])
    const done = { result: { tag: 'ok', val: undefined }, failure: undefined }

    expect(await send('a', 'hi', 'back')).toEqual(done)
    expect(await send('a', 'nobody wants it')).toEqual(done)
    expect(await send('a.relay', 'on')).toEqual(done)
    expect(await send('a.request', 'echo ping', 'back')).toEqual(done)
    expect(published.map(({ subject, body }) => [subject, Buffer.from(body).toString()])).toEqual([
      ['back', 'echo: hi'],
      ['relayed', 'on'],
      ['back', 'ping'],
    ])
    expect((await send('a.fail', '')).result).toEqual({ tag: 'err', val: 'asked to fail' })
    expect((await send('a.request', 'silence x', 'back')).result).toEqual({
      tag: 'err',
      val: 'no reply to "silence": timed out after 1000 ms',
    })
    expect((await send('a.trap', '')).failure?.kind).toBe('trap')
    links.links = {}
    expect((await send('a.relay', '')).result).toMatchObject({
      tag: 'err',
      val: expect.stringContaining('washi link put guest <provider> wasmcloud messaging') as string,
    })
  })
})

describe('wasmcloud:messaging 0.3', () => {
  it('sends, requests and replies over consumer 0.2', () => {
    const { calls, get } = serve((name) => ({
      tag: 'ok',
      val: name === 'request' ? { subject: 's', body: bytes('pong'), replyTo: 'r' } : undefined,
    }))
    get('producer')['send']?.(client, 'topic', new Message(bytes('one')))
    const { RequestOptions } = get('request-reply') as unknown as {
      RequestOptions: new () => { setTimeoutMs(ms: number): void }
    }
    const options = new RequestOptions()
    options.setTimeoutMs(5)
    const [reply] = get('request-reply')['request']?.(
      client,
      'topic',
      new Message(bytes('two')),
      options,
    ) as [Message]
    expect([reply.topic(), Buffer.from(reply.data()).toString()]).toEqual(['s', 'pong'])
    get('request-reply')['reply']?.(reply, new Message(bytes('three')))
    expect(calls).toEqual([
      ['publish', { subject: 'topic', body: bytes('one'), replyTo: undefined }],
      ['request', 'topic', bytes('two'), 5],
      ['publish', { subject: 'r', body: bytes('three'), replyTo: undefined }],
    ])
  })

  it('tells time-outs from other errors', () => {
    const { get } = serve((_name, [subject]) => ({
      tag: 'err',
      val: subject === 'slow' ? 'request timed out' : 'broken',
    }))
    const request = (topic: string): unknown =>
      thrownBy(() => get('request-reply')['request']?.(client, topic, new Message(bytes('')), undefined))
    expect(request('slow')).toEqual({ tag: 'timeout' })
    expect(request('a')).toEqual({ tag: 'other', val: 'broken' })
    expect(
      thrownBy(() => get('request-reply')['reply']?.(new Message(bytes('')), new Message(bytes('')))),
    ).toEqual({ tag: 'other', val: 'the message asks for no reply' })
  })

  it('keeps the metadata of a message', () => {
    const message = new Message(bytes(''))
    expect([message.metadata(), message.contentType(), message.topic()]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    message.addMetadata('a', '1')
    message.addMetadata('b', '2')
    message.addMetadata('a', '3')
    expect(message.metadata()).toEqual([
      ['b', '2'],
      ['a', '3'],
    ])
    message.removeMetadata('b')
    expect(message.metadata()).toEqual([['a', '3']])
  })
})
