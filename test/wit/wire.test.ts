import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import { blobstore, olderBlobstore } from '#washi/wit/wire/blobstore.js'
import { incomingHandler, outgoingHandler } from '#washi/wit/wire/http.js'
import { store } from '#washi/wit/wire/keyvalue.js'
import { wireFunction, type WireInterface } from '#washi/wit/wire/wire-interface.js'
import { describe, expect, it } from 'vitest'

const paramsOf = (of: WireInterface, name: string) =>
  createTupleCodec(wireFunction(of, name).params.map(({ type }) => type))
const resultOf = (of: WireInterface, name: string) => {
  const { result } = wireFunction(of, name)
  return createTupleCodec(result ? [result] : [])
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('the wire interfaces', () => {
  it('have the index paths of the protocol', () => {
    for (const handler of [incomingHandler, outgoingHandler]) {
      expect(paramsOf(handler, 'handle').asyncPaths).toEqual(['0.0', '0.1'])
      expect(resultOf(handler, 'handle').asyncPaths).toEqual(['0.0', '0.1'])
    }
    expect(resultOf(blobstore, 'get-container-data').asyncPaths).toEqual(['0.0', '0.1'])
    expect(paramsOf(blobstore, 'write-container-data').asyncPaths).toEqual(['1'])
    expect(resultOf(blobstore, 'write-container-data').asyncPaths).toEqual(['0'])
    expect(resultOf(olderBlobstore, 'list-container-objects').asyncPaths).toEqual(['0'])
  })

  it('write a request and a response as the real peers do', () => {
    const text = (value: string): Uint8Array => new TextEncoder().encode(value)
    const request = {
      body: undefined,
      trailers: undefined,
      method: { tag: 'post' },
      pathWithQuery: '/p?q=1',
      scheme: { tag: 'HTTP' },
      authority: 'localhost:8080',
      headers: [['host', [text('localhost:8080')]]],
    }
    const recorded =
      '00000201062f703f713d310100010e6c6f63616c686f73743a383038300104686f7374010e6c6f63616c686f73743a38303830'
    expect(hex(paramsOf(incomingHandler, 'handle').encode([request]))).toBe(recorded)
    const response = '000000c801010c636f6e74656e742d74797065010a746578742f706c61696e'
    expect(resultOf(incomingHandler, 'handle').decode(Buffer.from(response, 'hex'))).toMatchObject([
      { tag: 'ok', val: { status: 200, body: { path: '0.0', isReady: false }, trailers: { path: '0.1' } } },
    ])
  })

  it('give error codes the numbers of wasi:http', () => {
    const boom = { tag: 'err', val: { tag: 'internal-error', val: 'boom' } }
    expect(hex(resultOf(incomingHandler, 'handle').encode([boom]))).toBe('01260104626f6f6d')
  })

  it('write and read keys and values as the real peers do', () => {
    expect(hex(paramsOf(store, 'get').encode(['', 'counter']))).toBe('0007636f756e746572')
    expect(resultOf(store, 'get').decode(Buffer.from('0001023432', 'hex'))).toEqual([
      { tag: 'ok', val: Uint8Array.of(0x34, 0x32) },
    ])
  })
})
