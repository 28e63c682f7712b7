import { describe, expect, it } from 'vitest'
import type { GuestHost } from '#washi/host/engine/wasi/guest-host.js'
import { Fields } from '#washi/host/engine/wasi/http/fields.js'
import type { AnswerChannel } from '#washi/host/engine/wasi/http/incoming-call.js'
import { OutgoingBody } from '#washi/host/engine/wasi/http/outgoing-body.js'
import { OutgoingResponse } from '#washi/host/engine/wasi/http/outgoing-response.js'

const host: GuestHost = {
  componentId: 'guest',
  config: {},
  secrets: {},
  preopens: [],
  log: () => undefined,
  pump: () => undefined,
  wait: () => {
    throw new Error('would wait for ever')
  },
  callLinked: () => {
    throw new Error('nothing is linked')
  },
  startLinked: () => {
    throw new Error('nothing is linked')
  },
  linkNames: () => ({ names: [] }),
}

class Recorder implements AnswerChannel {
  isClosed = false
  readonly isBodiless: boolean
  readonly events: string[] = []
  space = 65_536

  constructor(isBodiless = false) {
    this.isBodiless = isBodiless
  }

  start(status: number): void {
    this.events.push(`start ${status}`)
  }

  refuse(): void {
    this.events.push('refuse')
  }

  room(): number {
    return this.space
  }

  write(bytes: Uint8Array): void {
    this.events.push(`write ${bytes.length}`)
  }

  flush(): void {
    this.events.push('flush')
  }

  end(rawTrailers: readonly string[]): void {
    this.events.push(['end', ...rawTrailers].join(' '))
  }

  breakOff(): void {
    this.events.push('break off')
  }
}

function respond(headers: Record<string, string>, channel = new Recorder()) {
  const list = Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)] as const)
  const response = new OutgoingResponse(host, Fields.fromList(list))
  const body = response.body()
  response.sendTo(channel)
  return { response, body, channel, stream: body.write() }
}

function thrownBy(action: () => unknown): unknown {
  try {
    action()
    return undefined
  } catch (thrown) {
    return thrown
  }
}

describe('OutgoingBody', () => {
  it('passes on what is written, and its trailers', () => {
    const { body, channel, stream } = respond({})
    stream.blockingWriteAndFlush(Buffer.alloc(10))
    OutgoingBody.finish(body, Fields.fromList([['t', Buffer.from('1')]]))
    expect(channel.events).toEqual(['start 200', 'write 10', 'flush', 'end t 1'])
  })

  it('keeps what is written before the response is sent', () => {
    const channel = new Recorder()
    const response = new OutgoingResponse(host, new Fields())
    const body = response.body()
    body.write().blockingWriteAndFlush(Buffer.alloc(10))
    OutgoingBody.finish(body, undefined)
    response.sendTo(channel)
    expect(channel.events).toEqual(['start 200', 'write 10', 'end'])
  })

  it('has one stream, and a response one body', () => {
    const { response, body } = respond({})
    expect(() => body.write()).toThrow()
    expect(() => response.body()).toThrow()
  })

  it('breaks the answer off when it is dropped before its end', () => {
    const { body, channel } = respond({})
    body[Symbol.dispose]()
    expect(channel.events).toEqual(['start 200', 'break off'])
  })

  it('refuses to end with less than its content-length', () => {
    const { body, channel, stream } = respond({ 'content-length': '11' })
    stream.blockingWriteAndFlush(Buffer.alloc(10))
    expect(thrownBy(() => OutgoingBody.finish(body, undefined))).toEqual({
      tag: 'HTTP-response-body-size',
      val: 10n,
    })
    expect(channel.events.at(-1)).toBe('break off')
  })

  it('refuses to write more than its content-length', () => {
    const { channel, stream } = respond({ 'content-length': '9' })
    expect(thrownBy(() => stream.blockingWriteAndFlush(Buffer.alloc(10)))).toMatchObject({
      tag: 'last-operation-failed',
    })
    expect(channel.events.at(-1)).toBe('break off')
  })

  it('may stay empty in an answer to HEAD, whatever its content-length', () => {
    const { body, channel } = respond({ 'content-length': '11' }, new Recorder(true))
    OutgoingBody.finish(body, undefined)
    expect(channel.events).toEqual(['start 200', 'end'])
  })

  it('traps a write that check-write did not allow', () => {
    const { stream, channel } = respond({})
    expect(() => stream.write(Buffer.alloc(1))).toThrow('exceeds the 0 that check-write allowed')
    channel.space = 5
    expect(stream.checkWrite()).toBe(5n)
    stream.write(Buffer.alloc(3))
    expect(() => stream.write(Buffer.alloc(3))).toThrow('exceeds the 2 that check-write allowed')
    expect(() => stream.blockingWriteAndFlush(Buffer.alloc(4097))).toThrow('at most 4096 bytes')
  })

  it('is closed for the guest when the caller has gone', () => {
    const { stream, channel } = respond({})
    channel.isClosed = true
    expect(thrownBy(() => stream.checkWrite())).toEqual({ tag: 'closed' })
    expect(stream.subscribe().ready()).toBe(true)
  })
})
