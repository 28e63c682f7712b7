import type { GuestName } from './guests.js'
import { encode } from './guest-world/io.js'
import { answerWith, failWith, type GuestWorld } from './guest-world/guest-world.js'
import type { GuestRequest } from './guest-world/http.js'

/** One step of a scenario: what it does to an instance and its world; what it returns is compared. */
export type Step = (exports: Readonly<Record<string, unknown>>, world: GuestWorld) => unknown

const large = Uint8Array.from({ length: 100_001 }, (_, index) => index % 251)

/** Steps by guest, covering what each of them does. A step that traps has to be the last one of its list. */
export const scenarios: Readonly<Partial<Record<GuestName, readonly (readonly Step[])[]>>> = {
  'http-hello': [
    [
      get('/'),
      request('HEAD', '/'),
      http({ method: 'POST', path: '/echo', body: large, headers: [['content-type', 'x/y']] }),
      http({ method: 'POST', path: '/echo', body: 'abc', bodyFails: true }),
      http({ method: 'POST', path: '/echo', body: large, capacity: 8192 }),
      ...['/status/404', '/status/204', '/status/700', '/status/1', '/big/10000', '/big/0', '/big/x'].map(
        get,
      ),
      http({ method: 'PURGE', path: '/headers?x=%20', headers: headers(['b', '2'], ['a', '1'], ['a', '0']) }),
      request('PUT', '/'),
    ],
  ],
  'kv-counter': [
    [
      get('/incr/a'),
      request('POST', '/incr/a?by=41'),
      request('PUT', '/set/k%20%C3%A9', 'v\0w'),
      ...['/get/a', '/get/none', '/get/k%20é', '/keys', '/exists/a', '/exists/none'].map(get),
      request('DELETE', '/del/a'),
      ...['/keys?bucket=missing', '/keys?bucket=denied'].map(get),
      request('PUT', '/set/bad', 'x'),
      request('PUT', '/many', 'x=1\ny=2=3\nz=\n'),
      get('/many?keys=x,nope,y,z'),
      request('DELETE', '/many?keys=x,y'),
      ...['/incr/a?link=other', '/incr/kk?link=third&keep', '/zz'].map(get),
      (_, { logged, published }) => [[...logged], [...published]],
      (_, { config }) => void config.set('bucket', 'configured'),
      get('/incr/q'),
      ...Array.from({ length: 20 }, (_, index) => request('PUT', `/set/n${index}`, 'x')),
      get('/keys'),
    ],
  ],
  'messaging-echo': [
    [
      message('a.b', 'hi', 'r'),
      message('a.b', 'hi'),
      message('x.relay', 'm', 'r'),
      message('x.request', 'to.me some text', 'r'),
      message('x.request', 'to.me', 'r'),
      message('x.request', 'nobody', 'r'),
      message('x.fail', '', 'r'),
      message('a', 'b', 'nope'),
      message('a.trap', ''),
    ],
  ],
  blob: [
    [
      request('PUT', '/c/box'),
      ...['/c/box?exists', '/c/nix?exists', '/c/nix'].map(get),
      request('PUT', '/c/box/a', 'x'.repeat(20_000)),
      ...['/c/box/a', '/c/box/a?sync', '/c/box/a?start=10&end=15'].map(get),
      request('PUT', '/c/box/dir%2Fb', ''),
      ...['/c/box/dir/b', '/c/box', '/c/box?skip=1', '/c/box/zz'].map(get),
      request('HEAD', '/c/box/a'),
      request('HEAD', '/c/box'),
      request('PUT', '/c/two'),
      request('POST', '/c/box/a?copy-to=two/a2'),
      request('POST', '/c/box/dir/b?move-to=two/b2'),
      ...['/c/two', '/c/box'].map(get),
      request('DELETE', '/c/box/a'),
      request('POST', '/c/two?delete=a2,b2'),
      request('PUT', '/c/two/q', '1'),
      request('POST', '/c/two?clear'),
      get('/c/two'),
      request('DELETE', '/c/two'),
      request('DELETE', '/c/two'),
      request('PUT', '/c/box/bad', 'x'),
      request('PUT', '/c/box/late', 'x'),
      http({ method: 'PUT', path: '/c/box/half', body: 'x', bodyFails: true }),
      request('PATCH', '/c/box/a'),
      get('/'),
    ],
  ],
  'secrets-config': [
    [
      (_, { config, secrets }) => {
        config.set('a', '1').set('b', 'zwei')
        secrets.set('s', { tag: 'string', val: 'hush' })
        secrets.set('b', { tag: 'bytes', val: Uint8Array.of(1, 2, 255) })
      },
      ...['config', 'runtime'].flatMap((store) =>
        [`/${store}/a`, `/${store}/c`, `/${store}`, `/${store}/broken`].map(get),
      ),
      ...['s', 'b', 'x', 'up'].map((name) => get(`/secret/${name}`)),
    ],
  ],
  outgoing: [
    [
      get('/fetch?url=http%3A%2F%2Fa%3A1%2Fb%3Fc'),
      (_, world) =>
        void (world.respond = () => answerWith(207, [['content-type', encode('t/x')]], ['part1 ', 'part2'])),
      get('/fetch?url=http://a:1/b%3Fc=d&timeout=250'),
      http({
        method: 'POST',
        path: '/fetch?url=https://h',
        body: 'payload'.repeat(2000),
        headers: headers(['content-type', 'p/q']),
      }),
      (_, { requested }) => [...requested],
      ...[
        { tag: 'internal-error', val: 'it broke' },
        { tag: 'internal-error' },
        { tag: 'DNS-error', val: { rcode: 'NXDOMAIN', infoCode: 3 } },
        { tag: 'HTTP-response-timeout' },
      ].flatMap((error): Step[] => [
        (_, world) => void (world.respond = () => failWith(error)),
        get('/fetch?url=http://h/'),
      ]),
      ...['/fetch?url=ftp://h/', '/fetch', '/x'].map(get),
    ],
  ],
  trouble: [
    [
      ...['/counter', '/counter', '/config/x', '/config/broken', '/now', '/random/8', '/env', '/fs'].map(get),
      ...['trace', 'debug', 'info', 'warn', 'error', 'critical', 'x'].map((level) =>
        get(`/log/${level}?text=a+b`),
      ),
      (_, { logged }) => [...logged],
      ...['/sleep/50', '/slow/3', '/alloc/4', '/stack/1000', '/never'].map(get),
    ],
    [get('/half')],
    [get('/trap')],
  ],
  ping: [[...['/', '/add/4/5', '/add/4294967295/1', '/add/x/1', '/many/10'].map(get)]],
  pong: [
    [
      ({ pingpong }) => {
        const { ping, add } = pingpong as { ping(): string; add(left: number, right: number): number }
        return [ping(), add(1, 2), add(4294967295, 1)]
      },
    ],
  ],
  'cli-run': [
    [
      ({ run }, { output }) => {
        const { run: main } = run as { run(): void }
        return [outcomeOf(main), [...output]]
      },
    ],
  ],
}

function get(path: string): Step {
  return http({ method: 'GET', path })
}

function request(method: string, path: string, body?: string): Step {
  return http({ method, path, ...(body === undefined ? {} : { body }) })
}

function http(given: GuestRequest): Step {
  return (exports, world) => world.request(exports, given)
}

function headers(...pairs: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return pairs
}

function message(subject: string, body: string, replyTo?: string): Step {
  return ({ handler }, world) => {
    const { handleMessage } = handler as { handleMessage(message: unknown): void }
    world.published.length = 0
    return [outcomeOf(() => handleMessage({ subject, body: encode(body), replyTo })), [...world.published]]
  }
}

/** What a call returned or threw, in a form that is the same for every linker. */
export function outcomeOf(call: () => unknown): unknown {
  try {
    return ['returned', call()]
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return ['trapped']
    if (error instanceof Error && Object.hasOwn(error, 'payload')) {
      return ['failed', (error as Error & { readonly payload: unknown }).payload]
    }
    return ['threw', String(error)]
  }
}
