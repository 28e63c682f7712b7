import { describe, expect, it } from 'vitest'
import { findOffer } from '#washi/host/engine/built-in-interfaces.js'
import { IoError } from '#washi/host/engine/wasi/io/io-error.js'
import { findServed, serveInterfaces } from '#washi/host/engine/wasi/serve-interfaces.js'
import { CallTargetInterface } from '#washi/host/engine/wasi/wasmcloud/lattice.js'
import { RpcError } from '#washi/host/engine/wasi/wasmcloud/rpc-error.js'
import { createTestGuestHost, thrownBy } from '../../../support/guest-host-kit.js'

type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>

function serve(names: Readonly<Record<string, readonly string[]>> = {}) {
  const host = createTestGuestHost({ linkNames: (key) => ({ names: names[key] ?? [] }) })
  const { interfaces, state } = serveInterfaces(host)
  const get = (name: string): Functions => {
    const found = findOffer(name)
    return ((found && findServed(interfaces, found)) ?? {}) as Functions
  }
  return { get, links: state.links, state }
}

const store = new CallTargetInterface('wasi', 'keyvalue', 'store')

describe('wasmcloud:bus/lattice', () => {
  it('2.0 refuses a name that one of the interfaces has no link of, and changes nothing', () => {
    const { get, links } = serve({ 'wasi:keyvalue/store': ['cache', 'default'] })
    const other = new CallTargetInterface('test', 'pingpong', 'pingpong')
    const { setLinkName } = get('wasmcloud:bus/lattice@2.0.1')
    expect(thrownBy(() => setLinkName?.('nope', [store]))).toBe(
      'component "guest" has no link named "nope" for wasi:keyvalue/store; its links for it: "cache", "default"; run "washi link put guest <target> wasi keyvalue --interface store --link-name nope"',
    )
    expect(thrownBy(() => setLinkName?.('cache', [store, other]))).toMatch(
      /no link named "cache" for test:pingpong\/pingpong; run "washi link put guest/,
    )
    expect(links.nameOf('wasi:keyvalue/store')).toBe('default')
  })

  it.each(['1.0.0', '2.0.0', '2.0.1'])('%s selects a link, and the default one again', (version) => {
    const { get, links } = serve({ 'wasi:keyvalue/store': ['cache'] })
    const { setLinkName } = get(`wasmcloud:bus/lattice@${version}`)
    expect(setLinkName?.('cache', [store])).toBeUndefined()
    expect(links.nameOf('wasi:keyvalue/store')).toBe('cache')
    setLinkName?.('default', [store])
    expect(links.nameOf('wasi:keyvalue/store')).toBe('default')
  })

  it('knows that containers go over the link of their blobstore', () => {
    const { get, links } = serve()
    const container = new CallTargetInterface('wasi', 'blobstore', 'container')
    get('wasmcloud:bus/lattice@1.0.0')['setLinkName']?.('photos', [container])
    expect(links.nameOf('wasi:blobstore/blobstore')).toBe('photos')
  })

  it('has nothing left of one instance for the next', () => {
    const { get, links, state } = serve()
    get('wasmcloud:bus/lattice@1.0.0')['setLinkName']?.('cache', [store])
    state.clear()
    expect(links.nameOf('wasi:keyvalue/store')).toBe('default')
  })
})

describe('errors of calls', () => {
  it('are told apart from those of streams', () => {
    const { get } = serve()
    const { Error: BusError } = get('wasmcloud:bus/error@2.0.1') as unknown as {
      Error: {
        fromRpcError(error: RpcError): { toDebugString(): string }
        fromIoError(error: IoError): never
      }
    }
    expect(BusError.fromRpcError(new RpcError('nobody answered')).toDebugString()).toBe('nobody answered')
    const stream = new IoError('broken')
    expect(thrownBy(() => BusError.fromIoError(stream))).toBe(stream)
    expect(thrownBy(() => RpcError.fromIoError(stream))).toBe(stream)
  })
})

describe('wasmcloud:identity', () => {
  it('has no identity for any audience', () => {
    const { get: find } = serve()
    expect(find('wasmcloud:identity/store@0.0.1')['get']?.('anybody')).toBeUndefined()
  })
})
