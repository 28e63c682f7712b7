import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqldbPostgres } from '#washi/providers/sqldb-postgres/index.js'
import { fromFloat, type Float } from '#washi/providers/sqldb-postgres/pg-value.js'
import { prepared, query } from '#washi/wit/wire/postgres.js'
import { providerForms, startProviderKit, type ProviderKit } from '../../support/provider-kit.js'
import {
  startRealPostgresServer,
  whyNoPostgres,
  type RealPostgresServer,
} from '../../support/real-postgres-server.js'

const why = whyNoPostgres()
const ok = (val: unknown) => ({ tag: 'ok', val })
const text = (val: string) => ({ tag: 'text', val })

describe.skipIf(why).each(providerForms)(`sqldb-postgres, %s${why ? ` (${why})` : ''}`, (form) => {
  let server: RealPostgresServer
  let provider: ProviderKit

  const configOf = (more: Record<string, string> = {}): Record<string, string> => ({
    ...{ POSTGRES_HOST: server.host, POSTGRES_PORT: String(server.port), POSTGRES_USERNAME: server.user },
    ...{ POSTGRES_PASSWORD: server.password, POSTGRES_DATABASE: server.database },
    ...more,
  })
  const call = (name: string, ...args: readonly unknown[]): Promise<unknown> =>
    provider.callers.remote({
      ...{ of: name === 'prepare' || name === 'exec' ? prepared : query, function: name, args },
    })
  /** The one value of the one row of a query. */
  const valueOf = async (sql: string, params: readonly unknown[] = []): Promise<unknown> => {
    const answer = (await call('query', sql, params)) as { tag: string; val: { value: unknown }[][] }
    return answer.tag === 'ok' ? answer.val[0]?.[0]?.value : answer
  }

  beforeAll(async () => {
    server = await startRealPostgresServer()
    provider = await startProviderKit({
      ...{ definition: sqldbPostgres, form, wit: 'wasmcloud:postgres', interfaces: ['query', 'prepared'] },
    })
    expect(await provider.link({ config: configOf({ POSTGRES_POOL_SIZE: '3' }) })).toBeUndefined()
  })
  afterAll(async () => {
    await provider[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  it('runs a batch, then queries with parameters, for callers here and elsewhere', async () => {
    const sql =
      "CREATE TABLE people (id serial PRIMARY KEY, name text NOT NULL, born date); INSERT INTO people (name) VALUES ('Ada')"
    expect(await call('query-batch', sql)).toEqual(ok(undefined))
    const params = [text('Grace'), { tag: 'date', val: { tag: 'ymd', val: [1906, 12, 9] } }]
    const inserted = await call(
      'query',
      'INSERT INTO people (name, born) VALUES ($1, $2) RETURNING id, name, born',
      params,
    )
    const grace = [
      { columnName: 'id', value: { tag: 'int4', val: 2 } },
      { columnName: 'name', value: text('Grace') },
      { columnName: 'born', value: params[1] },
    ]
    expect(inserted).toEqual(ok([grace]))
    for (const caller of [provider.callers.local, provider.callers.remote]) {
      const args = ['SELECT born FROM people WHERE name = $1', [text('Ada')]]
      expect(await caller({ of: query, function: 'query', args })).toEqual(
        ok([[{ columnName: 'born', value: { tag: 'null' } }]]),
      )
    }
  })

  it('prepares a statement without running it, and runs it as often as wanted', async () => {
    const { val: token } = (await call('prepare', 'INSERT INTO people (name) VALUES ($1)')) as { val: string }
    expect(await valueOf("SELECT count(*) FROM people WHERE name LIKE 'P%'")).toEqual({
      tag: 'int8',
      val: 0n,
    })
    const runs = ['P1', 'P2', 'P3', 'P4', 'P5'].map((name) => call('exec', token, [text(name)]))
    expect(await Promise.all(runs)).toEqual(runs.map(() => ok(1n)))
    const { val: update } = (await call(
      'prepare',
      "UPDATE people SET born = now() WHERE name LIKE 'P%'",
    )) as { val: string }
    expect(await call('exec', update, [])).toEqual(ok(5n))
    const { val: create } = (await call('prepare', 'CREATE TABLE never (id int)')) as { val: string }
    expect(await valueOf("SELECT to_regclass('never')::text")).toEqual({ tag: 'null' })
    expect(await call('exec', create, [])).toEqual(ok(0n))
    expect(await call('exec', 'no such', [])).toEqual({ tag: 'err', val: { tag: 'unknown-prepared-query' } })
  })

  it('says what is wrong: of the query, of the parameters, and else', async () => {
    const failure = (tag: string, words: string) => ({
      tag: 'err',
      val: { tag, val: expect.stringContaining(words) as string },
    })
    expect(await call('query', 'SELEC 1', [])).toEqual(failure('invalid-query', 'SQLSTATE 42601'))
    expect(await call('query', 'SELECT * FROM nothing', [])).toEqual(
      failure('invalid-query', 'does not exist'),
    )
    expect(await call('query', 'SELECT $1::int', [text('x')])).toEqual(
      failure('invalid-params', 'SQLSTATE 22P02'),
    )
    expect(await call('query', 'SELECT $1::int', [])).toEqual(failure('invalid-params', '08P01'))
    expect(await call('query', 'INSERT INTO people (id, name) VALUES (1, $1)', [text('x')])).toEqual(
      failure('unexpected', 'SQLSTATE 23505'),
    )
    expect(await call('query-batch', 'SELECT 1; SELEC 2')).toEqual(failure('invalid-query', 'SQLSTATE 42601'))
    expect(await call('prepare', 'SELEC 1')).toEqual(failure('unexpected', 'SQLSTATE 42601'))
    const { val: token } = (await call('prepare', 'SELECT $1::int')) as { val: string }
    expect(await call('exec', token, [text('x')])).toEqual({
      tag: 'err',
      val: {
        tag: 'query-error',
        val: { tag: 'invalid-params', val: expect.stringContaining('22P02') as string },
      },
    })
  })

  it('takes one statement where parameters may be, so that none can bring another', async () => {
    const answer = await call('query', 'SELECT 1; DROP TABLE people', [])
    expect(answer).toMatchObject({ tag: 'err', val: { tag: 'invalid-query' } })
    const name = "x'; DROP TABLE people; --"
    expect(await valueOf('SELECT $1::text', [text(name)])).toEqual(text(name))
    expect(await valueOf('SELECT count(*) > 1 FROM people')).toEqual({ tag: 'bool', val: true })
  })

  const time = { hour: 23, min: 59, sec: 58, micro: 123456 }
  const date = { tag: 'ymd', val: [2024, 2, 29] }
  const bytes = (value: string) => Uint8Array.from(Buffer.from(value))
  /** A type, and a value that is the same when it comes back. */
  const values: readonly (readonly [type: string, tag: string, val: unknown])[] = [
    ['bool', 'bool', true],
    ['int2', 'int2', -32768],
    ['int4', 'int4', 2147483647],
    ['int8', 'int8', -9223372036854775808n],
    ['numeric', 'numeric', '12345678901234567890.123456789'],
    ['bytea', 'bytea', Uint8Array.from([0, 255, 92, 39])],
    ['text', 'text', 'ünïcode "\\\' {}'],
    ['name', 'name', 'a_name'],
    ['varchar', 'varchar', [3, bytes('abc')]],
    ['char(3)', 'char', [3, bytes('abc')]],
    ['json', 'json', '{"a": [1, null]}'],
    ['jsonb', 'jsonb', '{"a": [1, null]}'],
    ['xml', 'xml', '<a>b</a>'],
    ['uuid', 'uuid', '123e4567-e89b-12d3-a456-426614174000'],
    ['inet', 'inet', '192.168.0.1/24'],
    ['cidr', 'cidr', '10.0.0.0/8'],
    ['macaddr', 'macaddr', { bytes: [8, 0, 43, 1, 2, 255] }],
    ['macaddr8', 'macaddr8', { bytes: [8, 0, 43, 1, 2, 3, 4, 255] }],
    ['date', 'date', date],
    ['date', 'date', { tag: 'ymd', val: [-43, 3, 15] }],
    ['date', 'date', { tag: 'positive-infinity' }],
    ['time', 'time', time],
    ['timetz', 'time-tz', { timesonze: '+02', time }],
    ['timestamp', 'timestamp', { date, time }],
    [
      'timestamptz',
      'timestamp-tz',
      { timestamp: { date, time }, offset: { tag: 'eastern-hemisphere-secs', val: 0 } },
    ],
    ['bit(10)', 'bit', [10, Uint8Array.from([0b10110011, 0b01000000])]],
    ['varbit', 'varbit', [3, Uint8Array.from([0b10100000])]],
    ['money', 'money', '1234.50'],
    ['pg_lsn', 'pg-lsn', 0x16b374d848n],
    ['pg_snapshot', 'pg-snapshot', [10n, 20n, BigInt64Array.of(10n, 14n)]],
    ['int2vector', 'int2-vector', Int16Array.of(1, 2, 3)],
    ['tsquery', 'ts-query', "'fat' & 'rat'"],
    [
      'tsvector',
      'ts-vector',
      [
        { position: 1, weight: 'A', data: "cat's" },
        { position: 2, weight: undefined, data: 'rat' },
      ],
    ],
    ['int4[]', 'int4-array', Int32Array.of(1, -2, 3)],
    ['text[]', 'text-array', ['a,b', '"quoted"', 'back\\slash', '', 'NULL']],
    ['bytea[]', 'bytea-array', [Uint8Array.from([1]), Uint8Array.from([])]],
    ['date[]', 'date-array', [date]],
    ['uuid[]', 'uuid-array', []],
  ]

  it.each(values)('carries a value of %s both ways', async (type, tag, val) => {
    expect(await valueOf(`SELECT $1::${type}`, [{ tag, val }])).toEqual({ tag, val })
  })

  it.each(['float8', 'float4'])('carries numbers of %s both ways', async (type) => {
    for (const number of type === 'float8'
      ? [0.1, -1e300, 5e-324, 0, 1 / 3]
      : [0.5, Math.fround(-1.5e30), 2 ** -149, 0]) {
      const found = (await valueOf(`SELECT ${number}::${type}`)) as { tag: string; val: Float }
      expect([found.tag, fromFloat(found.val)]).toEqual([type, number])
      expect(await valueOf(`SELECT $1::${type}`, [found])).toEqual(found)
    }
    const infinite = (await valueOf(`SELECT 'Infinity'::float8`)) as { val: Float }
    expect(fromFloat(infinite.val)).toBe(Infinity)
  })

  it.each(['point', 'lseg', 'box', 'path', 'polygon', 'circle', 'line'])(
    'carries a %s both ways',
    async (type) => {
      const texts: Readonly<Record<string, string>> = {
        ...{ point: '(1.5,-2)', lseg: '[(0,0),(1,2)]', box: '(3,4),(1,2)', path: '((0,0),(1,1),(2,0))' },
        ...{ polygon: '((0,0),(1,1),(2,0))', circle: '<(1,2),3>', line: '{2,-1,3}' },
      }
      const found = await valueOf(`SELECT '${texts[type]}'::${type}`)
      expect(found).toMatchObject({ tag: type })
      expect(await valueOf(`SELECT $1::${type}::text`, [found])).toEqual(
        await valueOf(`SELECT '${texts[type]}'::${type}::text`),
      )
    },
  )

  it('gives what it has no case for as text, and refuses arrays with NULL', async () => {
    expect(await valueOf("SELECT '1 day 02:03:04'::interval")).toEqual(text('1 day 02:03:04'))
    expect(await valueOf('SELECT int4range(1, 3)')).toEqual(text('[1,3)'))
    expect(await valueOf('SELECT ARRAY[1, NULL]')).toMatchObject({ tag: 'err', val: { tag: 'unexpected' } })
  })

  it('shares connections, waits for a free one, and comes back with the server', async () => {
    const shared = configOf({ POSTGRES_SHARE_CONNECTIONS_BY_URL: 'yes' })
    for (const name of ['one', 'two']) expect(await provider.link({ name, config: shared })).toBeUndefined()
    const slow = Array.from({ length: 9 }, () => call('query', 'SELECT pg_sleep(0.02)', []))
    expect((await Promise.all(slow)).every((answer) => (answer as { tag: string }).tag === 'ok')).toBe(true)
    await provider.unlink({ name: 'one' })
    const args = ['SELECT 1', []]
    expect(
      await provider.callers.remote({ of: query, function: 'query', args, linkName: 'two' }),
    ).toMatchObject({ tag: 'ok' })
    await server.kill()
    expect(await call('query', 'SELECT 1', [])).toMatchObject({ tag: 'err', val: { tag: 'unexpected' } })
    await server.restart()
    expect(await valueOf('SELECT 1')).toEqual({ tag: 'int4', val: 1 })
  })

  it('refuses links that cannot work, and shows no password', async () => {
    const wrong = configOf({ POSTGRES_PASSWORD: 'canary-wrong' })
    const refused = await provider.link({ source: 'a', config: wrong })
    expect(refused).toContain('password authentication failed')
    expect(refused).not.toContain('canary-wrong')
    const { POSTGRES_PASSWORD: _none, ...without } = configOf()
    expect(await provider.link({ source: 'b', config: without })).toContain('POSTGRES_PASSWORD is missing')
    expect(await provider.link({ source: 'c', config: configOf({ POSTGRES_PORT: 'x' }) })).toContain(
      'POSTGRES_PORT',
    )
  })
})
