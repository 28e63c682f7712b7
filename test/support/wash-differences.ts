/** One way in which washi differs from wash on purpose, as far as the recorded session shows it. */
export interface Difference {
  /** The row of docs/differences-from-wash.md that gives the reason. */
  readonly row: string
  /** The command lines that show it. */
  readonly commands: readonly string[]
  /** washi's exit code. */
  readonly exit?: number
  /** washi's text, normalised. */
  readonly text?: string
  /** Whether washi's output has nothing in common with wash's; other tests look at it. */
  readonly isOther?: boolean
  /** What washi's JSON has in place of, or beside, wash's; undefined where it lacks a key. */
  readonly json?: Readonly<Record<string, unknown>>
}

const host = '<host>'
const labels =
  'Host ID Friendly name <host> <name> Host labels hostcore.arch x86_64 hostcore.os linux hostcore.osfamily unix zone a'

/** Nothing else may differ: test/cli/wash-commands.test.ts. */
export const differences: readonly Difference[] = [
  { row: 'app list', commands: ['app list'], exit: 0, text: 'Name Deployed Version Status' },
  {
    row: 'app validate',
    commands: ['app validate ./nothing.yaml'],
    exit: 2,
  },
  {
    row: 'call',
    commands: ['call hello wasi:http/incoming-handler.handle --http-path /status/404 -o json'],
    exit: 0,
    json: { response: { status: 404, headers: { 'content-type': 'text/plain' }, body: '404\n' } },
  },
  {
    row: 'call',
    commands: ['call pong test:pingpong/pingpong@0.1.0.ping', 'call pong test:pingpong/pingpong.ping'],
    exit: 0,
    text: '"pong"',
  },
  {
    row: 'exit code 2',
    commands: ['call pong notafunction', 'keys gen bogus', 'inspect ./nothing.wasm'],
    exit: 2,
  },
  { row: 'config get', commands: ['config get http-conf'], text: 'address=<address>' },
  { row: 'config del', commands: ['config del http-conf2 -o json'], exit: 1 },
  {
    row: 'ctx',
    commands: ['ctx new demo'],
    text: 'Created context demo with default values: <contexts>/demo.json',
  },
  { row: 'ctx', commands: ['ctx default demo'], text: 'Set new context successfully: demo' },
  {
    row: 'get claims',
    commands: ['get claims'],
    text: 'No claims: nothing that runs in this lattice is signed',
  },
  { row: 'get claims', commands: ['get claims -o json (2)'], json: { claims: [] } },
  {
    row: 'get inventory',
    commands: ['get inventory (2)'],
    text: `${labels} Component ID Name Max count hello N/A 1 hello2 N/A 1 hello3 N/A 1 pong N/A 3 No providers found`,
  },
  {
    row: 'get inventory',
    commands: ['get inventory <host>'],
    text: `${labels} Component ID Name Max count hello N/A 1 hello2 N/A 1 hello3 N/A 1 Provider ID Name httpserver http-server kv keyvalue-nats`,
  },
  { row: 'inspect', commands: ['inspect ./http-server.par.gz'], exit: 2 },
  { row: 'inspect', commands: ['inspect ./http-hello.wasm -o json'], exit: 0, isOther: true },
  { row: 'inspect --wit', commands: ['inspect --wit ./pong.wasm'], isOther: true },
  {
    row: 'keys gen',
    commands: ['keys gen account'],
    text: 'Public Key: <account> Seed: <seed> The seed is private: whoever has it can act as this key. Keep it where only you can read it.',
  },
  {
    row: 'label',
    commands: ['label <host> zone=b team=x'],
    text: 'Host `<name>` labeled with `zone=b,team=x`',
  },
  { row: 'label', commands: ['label <host> team --delete'], text: 'Host `<name>` unlabeled with `team`' },
  { row: 'label', commands: ['label <host> zone=c -o json'], json: { host_id: host } },
  { row: 'link del', commands: ['link del a wasi keyvalue'], exit: 1 },
  {
    row: 'link put',
    commands: [
      'link put httpserver other wasi http --interface incoming-handler --source-config http-conf',
      'link put httpserver hello wasi http --interface incoming-handler --source-config nothere',
    ],
    exit: 2,
  },
  {
    row: 'stop component',
    commands: ['stop component pong --host-id <host> -o json'],
    json: { host_ids: [host] },
  },
  { row: 'stop host', commands: ['stop host <host>'], text: 'Host <host> has stopped' },
  { row: 'stop host', commands: ['get hosts -o json (3)'], exit: 1 },
  { row: 'stop provider', commands: ['stop provider kv -o json'], json: { host_id: host, host_ids: [host] } },
  {
    row: 'update component',
    commands: ['update component hello file:///app/pong.wasm'],
    text: 'Component [hello] updated from [file:///app/http-hello.wasm] to [file:///app/pong.wasm] on host [<host>]',
  },
  {
    row: 'update component',
    commands: ['update component hello file:///app/http-hello.wasm --host-id <host> -o json'],
    json: {
      result:
        'Component [hello] updated from [file:///app/pong.wasm] to [file:///app/http-hello.wasm] on host [<host>]',
      ...{
        host_id: host,
        component_id: 'hello',
        component_ref: 'file:///app/http-hello.wasm',
        changed: true,
      },
    },
  },
]
