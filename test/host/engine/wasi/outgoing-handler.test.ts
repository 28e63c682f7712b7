import { describe, expect, it } from 'vitest'
import { Fields } from '#washi/host/engine/wasi/http/fields.js'
import type { FutureIncomingResponse } from '#washi/host/engine/wasi/http/future-incoming-response.js'
import { FutureTrailers, IncomingBody } from '#washi/host/engine/wasi/http/incoming-body.js'
import type { IncomingResponse } from '#washi/host/engine/wasi/http/incoming-response.js'
import { OutgoingBody } from '#washi/host/engine/wasi/http/outgoing-body.js'
import { createOutgoingHandler } from '#washi/host/engine/wasi/http/outgoing-handler.js'
import { OutgoingRequest, RequestOptions } from '#washi/host/engine/wasi/http/outgoing-request.js'
import { LinkSelection } from '#washi/host/engine/wasi/link-selection.js'
import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import { outgoingHandler, trailersValue } from '#washi/wit/wire/http.js'
import { wireFunction } from '#washi/wit/wire/wire-interface.js'
import { thrownBy } from '../../../support/guest-host-kit.js'
import { createManualHost, type ManualCall } from '../../../support/linked/manual-call.js'

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const text = (value: Uint8Array): string => Buffer.from(value).toString()
const { params, result } = wireFunction(outgoingHandler, 'handle')
const paramsCodec = createTupleCodec(params.map((param) => param.type))
const resultCodec = createTupleCodec(result ? [result] : [])
const trailersCodec = createTupleCodec([trailersValue])

interface Handler {
  handle(request: OutgoingRequest, options?: RequestOptions): FutureIncomingResponse
}

function start() {
  const manual = createManualHost()
  const { handle } = createOutgoingHandler(manual.host, new LinkSelection()) as Handler
  const send = (request: OutgoingRequest, options?: RequestOptions) => {
    const future = handle(request, options)
    const call = manual.calls.at(-1)
    if (call === undefined) throw new Error('nothing was called')
    return { future, call }
  }
  const request = (headers: Record<string, string> = {}): OutgoingRequest =>
    new OutgoingRequest(
      manual.host,
      Fields.fromList(Object.entries(headers).map(([name, value]) => [name, bytes(value)])),
    )
  return { ...manual, manual, send, request }
}

function respond(call: ManualCall, status = 200, headers: [string, Uint8Array[]][] = []): void {
  const response = { body: undefined, trailers: undefined, status, headers }
  call.answer(resultCodec.encode([{ tag: 'ok', val: response }]))
}

function responseOf(future: FutureIncomingResponse): IncomingResponse {
  const got = future.get() as { val: { tag: string; val: IncomingResponse } } | undefined
  if (got?.val.tag !== 'ok') throw new Error(`no response: ${JSON.stringify(got)}`)
  return got.val.val
}

describe('wasi:http/outgoing-handler', () => {
  it('sends what the guest has set, grouped by header, with time-outs', () => {
    const { send, request } = start()
    const given = request({ a: '1', 'content-type': 'x/y' })
    given.setMethod({ tag: 'other', val: 'PURGE' })
    given.setScheme({ tag: 'HTTPS' })
    given.setAuthority('example.com:81')
    given.setPathWithQuery('/p?q')
    const options = new RequestOptions()
    options.setConnectTimeout(5n)
    const { call } = send(given, options)
    expect(call.call).toMatchObject({
      key: 'wasi:http/outgoing-handler',
      linkName: 'default',
      instance: 'wrpc:http/outgoing-handler@0.1.0',
      function: 'handle',
      asyncParams: ['0.0', '0.1'],
      asyncResults: ['0.0', '0.1'],
    })
    expect(paramsCodec.decode(call.call.params)).toMatchObject([
      {
        method: { tag: 'other', val: 'PURGE' },
        scheme: { tag: 'HTTPS' },
        authority: 'example.com:81',
        pathWithQuery: '/p?q',
        headers: [
          ['a', [bytes('1')]],
          ['content-type', [bytes('x/y')]],
        ],
      },
      { connectTimeout: 5n, firstByteTimeout: 600_000_000_000n, betweenBytesTimeout: 600_000_000_000n },
    ])
  })

  it('ends a request without a body at once', () => {
    const { send, request } = start()
    const { call } = send(request())
    expect([...call.sink('0.0').written]).toEqual([0])
    expect([...call.sink('0.1').written]).toEqual([0])
    expect([call.sink('0.0').hasEnded, call.sink('0.1').hasEnded]).toEqual([true, true])
  })

  it('streams the body before and after it was sent, then its trailers', () => {
    const { send, request, manual } = start()
    const given = request()
    const body = given.body()
    const stream = body.write()
    stream.blockingWriteAndFlush(bytes('be'))
    const { call } = send(given)
    const sink = call.sink('0.0')
    expect([...sink.written]).toEqual([2, 98, 101])
    sink.space = 0
    expect(stream.checkWrite()).toBe(0n)
    expect(stream.subscribe().ready()).toBe(false)
    manual.steps = [() => (sink.space = 100)]
    stream.blockingWriteAndFlush(bytes('fore'))
    expect(text(sink.written)).toBe('\x02be\x04fore')
    OutgoingBody.finish(body, Fields.fromList([['sum', bytes('1')]]))
    expect(text(sink.written)).toBe('\x02be\x04fore\0')
    expect(trailersCodec.decode(call.sink('0.1').written)).toEqual([[['sum', [new Uint8Array([49])]]]])
  })

  it('waits for the response, and hands it out once', () => {
    const { send, request, manual } = start()
    const { future, call } = send(request())
    expect(future.get()).toBeUndefined()
    manual.steps = [() => undefined, () => respond(call, 404, [['x', [bytes('1'), bytes('2')]]])]
    future.subscribe().block()
    const response = responseOf(future)
    expect(response.status()).toBe(404)
    expect(response.headers().get('X').map(text)).toEqual(['1', '2'])
    expect(thrownBy(() => response.headers().set('x', []))).toEqual({ tag: 'immutable' })
    expect(future.get()).toEqual({ tag: 'err' })
  })

  it('may have the response before the request has ended', () => {
    const { send, request } = start()
    const given = request()
    const body = given.body()
    const stream = body.write()
    const { future, call } = send(given)
    respond(call)
    const read = responseOf(future).consume().stream()
    call.source('0.0').push(2, bytes('hi'))
    expect(text(read.blockingRead(10n))).toBe('hi')
    stream.blockingWriteAndFlush(bytes('x'))
    OutgoingBody.finish(body, undefined)
    expect(text(call.sink('0.0').written)).toBe('\x01x\0')
  })

  it('reads a body however it is cut, and its trailers after it', () => {
    const { send, request } = start()
    const { future, call } = send(request())
    respond(call)
    const body = responseOf(future).consume()
    const stream = body.stream()
    const wire = Buffer.concat([Buffer.from([0x82, 0x01]), Buffer.alloc(130, 'a'), Buffer.from([1, 98, 0])])
    let read = ''
    for (const byte of wire) {
      call.source('0.0').push(byte)
      read += text(stream.read(1000n))
      if (read.length === 131) break
    }
    expect(read).toBe(`${'a'.repeat(130)}b`)
    call.source('0.0').push(0)
    expect(thrownBy(() => stream.read(1n))).toEqual({ tag: 'closed' })
    const trailers = IncomingBody.finish(body)
    expect(trailers.get()).toBeUndefined()
    call.source('0.1').push(trailersCodec.encode([[['sum', [bytes('1')]]]]))
    expect(trailers.subscribe().ready()).toBe(true)
    const got = trailers.get() as { val: { tag: string; val: Fields } }
    expect([got.val.tag, got.val.val.raw]).toEqual(['ok', ['sum', '1']])
    expect(trailers.get()).toEqual({ tag: 'err' })
  })

  it('takes a body that came whole with the response', () => {
    const { send, request } = start()
    const { future, call } = send(request())
    // ok, body in place, trailers ready and none, status 200, no headers
    call.answer(Uint8Array.of(0, 2, 104, 105, 1, 0, 0xc8, 1, 0))
    const body = responseOf(future).consume()
    const stream = body.stream()
    expect(text(stream.blockingRead(10n))).toBe('hi')
    expect(thrownBy(() => stream.blockingRead(10n))).toEqual({ tag: 'closed' })
    expect(IncomingBody.finish(body).get()).toEqual({ tag: 'ok', val: { tag: 'ok', val: undefined } })
  })

  it('fails the body where the call fails, with what it failed of', () => {
    const { send, request } = start()
    const { future, call } = send(request())
    respond(call)
    const body = responseOf(future).consume()
    const stream = body.stream()
    call.source('0.0').push(5, bytes('abc'))
    expect(text(stream.blockingRead(10n))).toBe('abc')
    call.fail({ kind: 'unavailable', message: 'the client is gone' })
    expect(thrownBy(() => stream.blockingRead(10n))).toMatchObject({
      tag: 'last-operation-failed',
      val: { httpErrorCode: { tag: 'internal-error', val: 'the client is gone' } },
    })
    expect(IncomingBody.finish(body)).toBeInstanceOf(FutureTrailers)
  })

  it('fails a body that ends in the middle of a chunk', () => {
    const { send, request } = start()
    const { future, call } = send(request())
    respond(call)
    const stream = responseOf(future).consume().stream()
    call.source('0.0').push(5, bytes('abc'))
    call.source('0.0').state = 'ended'
    expect(text(stream.blockingRead(10n))).toBe('abc')
    expect(thrownBy(() => stream.blockingRead(10n))).toMatchObject({ tag: 'last-operation-failed' })
  })

  it('fails a body with a chunk of no valid length, whatever comes after', () => {
    const { send, request } = start()
    const { future, call } = send(request())
    respond(call)
    const stream = responseOf(future).consume().stream()
    call.source('0.0').push(1, 97, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 98)
    expect(text(stream.blockingRead(10n))).toBe('a')
    expect(thrownBy(() => stream.blockingRead(10n))).toMatchObject({ tag: 'last-operation-failed' })
  })

  it('leaves out what is no field of HTTP', () => {
    const { send, request } = start()
    const { future, call } = send(request())
    respond(call, 200, [
      ['good', [bytes('1'), bytes('a\r\nb: c')]],
      ['bad name', [bytes('2')]],
      ['transfer-encoding', [bytes('chunked')]],
    ])
    expect(responseOf(future).headers().raw).toEqual(['good', '1'])
  })

  it('hands error codes of the client and failures of the call to the guest', () => {
    const { send, request } = start()
    const refused = send(request())
    refused.call.answer(resultCodec.encode([{ tag: 'err', val: { tag: 'connection-refused' } }]))
    expect(refused.future.get()).toMatchObject({
      tag: 'ok',
      val: { tag: 'err', val: { tag: 'connection-refused' } },
    })
    const lost = send(request())
    lost.call.fail({ kind: 'no-link', message: 'no link' })
    expect(lost.future.get()).toEqual({
      tag: 'ok',
      val: { tag: 'err', val: { tag: 'internal-error', val: 'no link' } },
    })
    const nonsense = send(request())
    nonsense.call.answer(Uint8Array.of(7))
    expect(nonsense.future.get()).toMatchObject({ val: { tag: 'err', val: { tag: 'internal-error' } } })
  })

  it('takes a request back whose body is dropped, and whose response nobody wants', () => {
    const { send, request } = start()
    const given = request()
    const body = given.body()
    const broken = send(given)
    body[Symbol.dispose]()
    expect(broken.call.isCancelled).toBe(true)
    expect(broken.future.get()).toMatchObject({
      val: { tag: 'err', val: { val: 'The request body was dropped before it was finished' } },
    })
    const dropped = send(request())
    dropped.future[Symbol.dispose]()
    expect(dropped.call.isCancelled).toBe(true)
    const unread = send(request())
    respond(unread.call)
    responseOf(unread.future)[Symbol.dispose]()
    expect(unread.call.isCancelled).toBe(true)
  })

  it('refuses a body that is not as long as its content-length', () => {
    const { send, request } = start()
    expect(thrownBy(() => send(request({ 'content-length': '5' })))).toEqual({
      tag: 'HTTP-request-body-size',
      val: 0n,
    })
    const given = request({ 'content-length': '5' })
    const body = given.body()
    body.write().blockingWriteAndFlush(bytes('abc'))
    const { call } = send(given)
    expect(thrownBy(() => OutgoingBody.finish(body, undefined))).toEqual({
      tag: 'HTTP-request-body-size',
      val: 3n,
    })
    expect(call.isCancelled).toBe(true)
  })

  it('keeps several requests apart', () => {
    const { send, request, calls } = start()
    const futures = [1, 2, 3].map(() => send(request()).future)
    for (const [index, call] of [...calls.entries()].reverse()) respond(call, 201 + index)
    expect(futures.map((future) => responseOf(future).status())).toEqual([201, 202, 203])
  })
})

describe('OutgoingRequest', () => {
  it.each([
    ['setMethod', { tag: 'other', val: 'BAD METHOD' }],
    ['setScheme', { tag: 'other', val: 'no scheme' }],
    ['setAuthority', 'a/b'],
    ['setAuthority', 'exa mple.com'],
    ['setPathWithQuery', '/a b'],
    ['setPathWithQuery', '/\n'],
  ] as const)('refuses %s(%j)', (method, value) => {
    const { request } = start()
    const setter = request()[method] as (value: unknown) => void
    const given = request()
    expect(() => setter.call(given, value)).toThrow()
  })
})
