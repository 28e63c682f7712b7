import { afterEach, describe, expect, it } from 'vitest'
import { exchangeBytes, freePort, startHttpServer, type HttpServerKit } from './http-server-kit.js'

const open: HttpServerKit[] = []
afterEach(async () => {
  for (const kit of open.splice(0)) await kit[Symbol.asyncDispose]()
})

async function start(config: Readonly<Record<string, string>>) {
  const port = await freePort()
  const kit = await startHttpServer({ address: `127.0.0.1:${port}`, ...config })
  open.push(kit)
  const get = async (path: string, host = 'x') =>
    await exchangeBytes(port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  const statusAndBody = async (path: string, host?: string): Promise<string> => {
    const answer = await get(path, host)
    return `${answer.slice(9, 12)} ${answer.slice(answer.indexOf('\r\n\r\n') + 4).trim()}`
  }
  return { ...kit, port, ask: statusAndBody }
}

describe('http-server by path', () => {
  it('sends requests to the component of their whole path, whatever their query', async () => {
    const { provider, link, ask, received } = await start({ routing_mode: 'path' })
    await provider.linkAsSource(link('one', { path: '/one' }))
    await provider.linkAsSource(link('root', { path: '/' }))
    expect(await ask('/one')).toBe('200 one')
    expect(await ask('/one?x=/')).toBe('200 one')
    expect(await ask('/')).toBe('200 root')
    expect(await ask('/?one')).toBe('200 root')
    expect(await ask('http://x/one?y')).toBe('200 one')
    expect(received.at(-1)?.head.path).toBe('/one?y')
    for (const path of ['/One', '/one/', '/one/more', '/on%65', '//one', '/two']) {
      expect(await ask(path)).toBe('404 path not found')
    }
  })

  it('refuses a path that is taken, missing, or none, and frees it with its link', async () => {
    const { provider, link, ask } = await start({ routing_mode: 'path' })
    const first = link('one', { path: '/a' })
    await provider.linkAsSource(first)
    await provider.linkAsSource(first)
    const second = link('two', { path: '/a' })
    await expect(provider.linkAsSource(second)).rejects.toMatchObject({ code: 'HTTP_ROUTE_TAKEN' })
    await expect(provider.linkAsSource(link('two', {}))).rejects.toThrow('path is missing')
    await expect(provider.linkAsSource(link('two', { path: 'a' }))).rejects.toThrow('path is "a"')
    await expect(provider.linkAsSource(link('two', { path: '/a?b' }))).rejects.toThrow('path is "/a?b"')
    await expect(provider.linkAsSource(link('two', { paht: '/a' }))).rejects.toThrow('did you mean "path"?')
    expect(await ask('/a')).toBe('200 one')
    await provider.unlink(first)
    expect(await ask('/a')).toBe('404 path not found')
    await provider.linkAsSource(second)
    expect(await ask('/a')).toBe('200 two')
  })

  it('serves a thousand routes', async () => {
    const { provider, link, ask } = await start({ routing_mode: 'path' })
    for (let index = 0; index < 1000; index += 1) {
      await provider.linkAsSource(link(`c${index}`, { path: `/r/${index}` }))
    }
    expect(await ask('/r/0')).toBe('200 c0')
    expect(await ask('/r/999')).toBe('200 c999')
  })
})

describe('http-server by host', () => {
  it('sends requests to the component of their Host, its port included', async () => {
    const { provider, link, ask } = await start({ routing_mode: 'host' })
    await provider.linkAsSource(link('one', { host: 'one.test' }))
    await provider.linkAsSource(link('ported', { host: 'one.test:81' }))
    expect(await ask('/', 'one.test')).toBe('200 one')
    expect(await ask('/', 'one.test:81')).toBe('200 ported')
    expect(await ask('/', 'two.test')).toBe('404 host not found')
    await expect(provider.linkAsSource(link('two', { host: 'one.test' }))).rejects.toThrow('go to "one"')
  })

  it('goes by another header where it is told to', async () => {
    const { provider, link, port } = await start({ routing_mode: 'host', header: 'X-Tenant' })
    await provider.linkAsSource(link('one', { host: 'a' }))
    const ask = async (header: string): Promise<string> =>
      (await exchangeBytes(port, `GET / HTTP/1.1\r\nHost: x\r\n${header}Connection: close\r\n\r\n`)).slice(
        9,
        12,
      )
    expect(await ask('x-tenant: a\r\n')).toBe('200')
    expect(await ask('x-tenant: b\r\n')).toBe('404')
    expect(await ask('')).toBe('400')
    expect(await ask('x-tenant: a\xe9\r\n')).toBe('400')
  })
})

describe('http-server', () => {
  it('says that its port is taken when it starts, where components share it', async () => {
    const { port } = await start({ routing_mode: 'path' })
    await expect(
      startHttpServer({ routing_mode: 'host', address: `127.0.0.1:${port}` }),
    ).rejects.toMatchObject({ code: 'HTTP_ADDRESS_IN_USE' })
  })
})
