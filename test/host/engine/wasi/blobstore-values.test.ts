import { describe, expect, it } from 'vitest'
import { createBlobstore } from '#washi/host/engine/wasi/blobstore/blobstore.js'
import { Container } from '#washi/host/engine/wasi/blobstore/container.js'
import { IncomingValue } from '#washi/host/engine/wasi/blobstore/incoming-value.js'
import { BlobstoreLink } from '#washi/host/engine/wasi/blobstore/blobstore-link.js'
import type { OutgoingValue } from '#washi/host/engine/wasi/blobstore/outgoing-value.js'
import { LinkSelection } from '#washi/host/engine/wasi/link-selection.js'
import { thrownBy } from '../../../support/guest-host-kit.js'
import { createManualHost, type ManualCall } from '../../../support/linked/manual-call.js'

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const text = (value: Uint8Array): string => Buffer.from(value).toString()
const okPending = Uint8Array.of(0, 0)
const okBothPending = Uint8Array.of(0, 0, 0)
const okValue = Uint8Array.of(0)
const errValue = (message: string): Uint8Array => Uint8Array.of(1, message.length, ...bytes(message))

function start() {
  const manual = createManualHost()
  const links = new LinkSelection()
  const container = new Container(new BlobstoreLink(manual.host, links), 'box')
  const served = createBlobstore(manual.host, links)['wasi:blobstore/types'] as {
    OutgoingValue: { newOutgoingValue(): OutgoingValue; finish(value: OutgoingValue): void }
  }
  const lastCall = (): ManualCall => {
    const call = manual.calls.at(-1)
    if (call === undefined) throw new Error('nothing was called')
    return call
  }
  return { manual, container, lastCall, ...served }
}

describe('outgoing values', () => {
  it('are streamed while they are written, and stored once finish has returned', () => {
    const { manual, container, lastCall, OutgoingValue } = start()
    const value = OutgoingValue.newOutgoingValue()
    const stream = value.outgoingValueWriteBody()
    stream.blockingWriteAndFlush(bytes('be'))
    container.writeData('o', value)
    const call = lastCall()
    expect(call.call).toMatchObject({
      function: 'write-container-data',
      asyncParams: ['1'],
      asyncResults: ['0'],
    })
    call.sink('1').space = 0
    expect(stream.checkWrite()).toBe(0n)
    manual.steps = [() => (call.sink('1').space = 50)]
    stream.blockingWriteAndFlush(bytes('fore'))
    expect(text(call.sink('1').written)).toBe('\x02be\x04fore')
    manual.steps = [() => call.answer(okPending), () => call.source('0').push(okValue)]
    OutgoingValue.finish(value)
    expect(manual.steps).toEqual([])
    expect(text(call.sink('1').written)).toBe('\x02be\x04fore\0')
  })

  it('that were complete before write-data are stored by it', () => {
    const { manual, container, lastCall, OutgoingValue } = start()
    const value = OutgoingValue.newOutgoingValue()
    const stream = value.outgoingValueWriteBody()
    stream.blockingWriteAndFlush(bytes('all'))
    ;(stream as unknown as Disposable)[Symbol.dispose]()
    manual.steps = [() => lastCall().answer(okPending), () => lastCall().source('0').push(errValue('full'))]
    expect(thrownBy(() => container.writeData('o', value))).toBe('full')
    expect(text(lastCall().sink('1').written)).toBe('\x03all\0')
  })

  it('that the store refuses in the middle fail at the next write', () => {
    const { container, lastCall, OutgoingValue } = start()
    const value = OutgoingValue.newOutgoingValue()
    const stream = value.outgoingValueWriteBody()
    container.writeData('o', value)
    lastCall().answer(Uint8Array.of(1, 4, ...bytes('nope')))
    expect(stream.subscribe().ready()).toBe(true)
    const failed = thrownBy(() => stream.blockingWriteAndFlush(bytes('x'))) as {
      tag: string
      val: { toDebugString(): string }
    }
    expect([failed.tag, failed.val.toDebugString()]).toEqual(['last-operation-failed', 'nope'])
    expect(thrownBy(() => OutgoingValue.finish(value))).toBe('nope')
  })

  it('that are dropped before finish are taken back, and the log says so', () => {
    const { manual, container, lastCall, OutgoingValue } = start()
    const value = OutgoingValue.newOutgoingValue()
    container.writeData('o', value)
    value[Symbol.dispose]()
    expect(lastCall().isCancelled).toBe(true)
    expect(manual.host.lines.map(({ message }) => message)).toEqual([
      'object "o" was not stored: its outgoing-value was dropped before finish',
    ])
  })

  it('have one body and go to one object', () => {
    const { container, OutgoingValue } = start()
    const value = OutgoingValue.newOutgoingValue()
    value.outgoingValueWriteBody()
    expect(() => value.outgoingValueWriteBody()).toThrow()
    container.writeData('o', value)
    expect(thrownBy(() => container.writeData('p', value))).toBe(
      'the value is being written to another object',
    )
  })
})

describe('incoming values', () => {
  it('end with an error where the store says so after the last byte', () => {
    const { manual, container, lastCall } = start()
    manual.steps = [() => lastCall().answer(okBothPending)]
    const stream = IncomingValue.incomingValueConsumeAsync(container.getData('o', 0n, 9n))
    const call = lastCall()
    call.source('0.0').push(2, bytes('ab'), 0)
    expect(text(stream.blockingRead(10n))).toBe('ab')
    expect(text(stream.read(10n))).toBe('')
    expect(stream.subscribe().ready()).toBe(false)
    call.source('0.1').push(errValue('bad disk'))
    expect(stream.subscribe().ready()).toBe(true)
    const failed = thrownBy(() => stream.read(1n)) as { val: { toDebugString(): string } }
    expect(failed.val.toDebugString()).toBe('bad disk')
  })

  it('know their size, and are given up when they are dropped', () => {
    const { manual, container, lastCall } = start()
    manual.steps = [() => lastCall().answer(okBothPending)]
    const value = container.getData('o', 2n, 100n)
    value[Symbol.dispose]()
    expect(lastCall().isCancelled).toBe(true)
    manual.steps = [() => lastCall().answer(okBothPending)]
    expect(thrownBy(() => container.getData('o', 0n, 1n))).toBeUndefined()
  })

  it('are refused where the store refuses them', () => {
    const { manual, container, lastCall } = start()
    manual.steps = [() => lastCall().answer(errValue('none'))]
    expect(thrownBy(() => container.getData('o', 0n, 1n))).toBe('none')
    manual.steps = [() => lastCall().fail({ kind: 'unavailable', message: 'nobody there' })]
    expect(thrownBy(() => container.getData('o', 0n, 1n))).toBe('nobody there')
  })
})

describe('names of objects', () => {
  it('are read however their bytes are cut', () => {
    const { manual, container, lastCall } = start()
    manual.steps = [() => lastCall().answer(okBothPending)]
    const names = container.listObjects()
    const source = lastCall().source('0.0')
    const wire = [2, 1, 97, 3, 98, 98, 98, 1, 0, 1, 1, 99, 0]
    manual.steps = wire.map((byte) => () => source.push(byte))
    expect(names.readStreamObjectNames(2n)).toEqual([['a', 'bbb'], false])
    expect(names.skipStreamObjectNames(1n)).toEqual([1n, false])
    manual.steps.push(() => lastCall().source('0.1').push(okValue))
    expect(names.readStreamObjectNames(9n)).toEqual([['c'], true])
    expect(names.skipStreamObjectNames(9n)).toEqual([0n, true])
  })

  it('that break off are an error', () => {
    const { manual, container, lastCall } = start()
    manual.steps = [() => lastCall().answer(okBothPending)]
    const names = container.listObjects()
    lastCall().source('0.0').push(2, 1, 97)
    manual.steps = [() => lastCall().fail({ kind: 'unavailable', message: 'the provider is gone' })]
    expect(thrownBy(() => names.readStreamObjectNames(9n))).toBe('the provider is gone')
  })

  it('may come whole with the answer', () => {
    const { manual, container, lastCall } = start()
    manual.steps = [() => lastCall().answer(Uint8Array.of(0, 1, 1, 97, 1, 0))]
    expect(container.listObjects().readStreamObjectNames(9n)).toEqual([['a'], true])
  })
})
