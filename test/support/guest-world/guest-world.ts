import {
  createOutgoingResponse,
  Fields,
  FutureIncomingResponse,
  FutureTrailers,
  IncomingBody,
  IncomingRequest,
  IncomingResponse,
  OutgoingBody,
  OutgoingRequest,
  RequestOptions,
  type GuestRequest,
  type Header,
  type Written,
} from './http.js'
import { decode, encode, InputStream, IoError, OutputStream, Pollable, variant } from './io.js'
import { createBlobStore, createKeyValue } from './stores.js'

/** What came of a request to a guest. */
export interface GuestAnswer {
  readonly status?: number
  readonly headers?: readonly string[]
  readonly body?: string
  readonly isFinished?: boolean
  /** The error that the guest answered with. */
  readonly error?: unknown
  /** What the call threw: the name of its class. */
  readonly thrown?: string
}

/** A host for every guest of test/fixtures/components: deterministic, in memory, its state open to tests. */
export interface GuestWorld {
  readonly imports: Readonly<Record<string, object>>
  readonly config: Map<string, string>
  readonly secrets: Map<string, unknown>
  readonly logged: unknown[]
  readonly published: unknown[]
  readonly requested: unknown[]
  /** Everything that was written to stdout and stderr. */
  readonly output: string[]
  /** How outgoing requests are answered: a status and a body, or the error that it throws. */
  respond: (request: OutgoingRequest) => FutureIncomingResponse
  request(exports: unknown, request: GuestRequest): GuestAnswer
}

/** Creates a world of its own; two worlds answer alike. */
export function createGuestWorld(): GuestWorld {
  let capacity = Infinity
  const OutgoingResponse = createOutgoingResponse(() => capacity)
  type Response = InstanceType<typeof OutgoingResponse>
  class ResponseOutparam {
    outcome: { readonly tag: string; readonly val: unknown } | undefined

    static set(outparam: ResponseOutparam, outcome: { readonly tag: string; readonly val: unknown }): void {
      outparam.outcome = outcome
    }
  }
  const world: GuestWorld = {
    imports: {},
    config: new Map(),
    secrets: new Map(),
    logged: [],
    published: [],
    requested: [],
    output: [],
    respond: () => {
      throw variant('connection-refused')
    },
    request(exports, request) {
      capacity = request.capacity ?? Infinity
      const outparam = new ResponseOutparam()
      const thrown = thrownBy(() => handlerOf(exports).handle(new IncomingRequest(request), outparam))
      const { outcome } = outparam
      if (outcome?.tag !== 'ok') return { ...(outcome ? { error: outcome.val } : {}), ...thrown }
      return { ...describe(outcome.val as Response), ...thrown } // guests can only pass on what the host made
    },
  }
  const http = {
    'wasi:http/types': {
      Fields,
      FutureIncomingResponse,
      FutureTrailers,
      IncomingBody,
      IncomingRequest,
      IncomingResponse,
      OutgoingBody,
      OutgoingRequest,
      OutgoingResponse,
      RequestOptions,
      ResponseOutparam,
    },
    'wasi:http/outgoing-handler': {
      handle: (request: OutgoingRequest, options: RequestOptions | undefined) => {
        const { parts, written, fields } = request
        const headers = fields.list.map(([name, value]) => [name, decode(value)])
        world.requested.push({ ...parts, headers, body: decode(written.bytes), timeouts: options?.timeouts })
        return world.respond(request)
      },
    },
  }
  Object.assign(
    world.imports,
    http,
    ioAndSystem(world),
    createKeyValue(),
    createBlobStore(),
    wasmcloud(world),
  )
  return world
}

/** An answer for GuestWorld.respond. */
export function answerWith(
  status: number,
  headers: readonly Header[],
  body: readonly string[],
): FutureIncomingResponse {
  return new FutureIncomingResponse({
    tag: 'ok',
    val: new IncomingResponse(status, headers, body.map(encode)),
  })
}

/** A failed answer for GuestWorld.respond. */
export function failWith(error: unknown): FutureIncomingResponse {
  return new FutureIncomingResponse({ tag: 'err', val: error })
}

function handlerOf(exports: unknown): { handle(request: unknown, outparam: unknown): void } {
  const { incomingHandler } = exports as {
    incomingHandler: { handle(request: unknown, outparam: unknown): void }
  }
  return incomingHandler
}

function thrownBy(call: () => void): Pick<GuestAnswer, 'thrown'> {
  try {
    call()
    return {}
  } catch (error) {
    // Traps have one class here and another one there, of the same base.
    return { thrown: error instanceof WebAssembly.RuntimeError ? 'RuntimeError' : String(error) }
  }
}

function describe({
  status,
  fields,
  written,
}: {
  status: number
  fields: Fields
  written: Written
}): GuestAnswer {
  return {
    status,
    headers: fields.list.map(([name, value]) => `${name}: ${decode(value)}`),
    body: written.bytes.toString('latin1'),
    isFinished: written.isFinished,
  }
}

function ioAndSystem(world: GuestWorld): Readonly<Record<string, object>> {
  let time = 1_000_000n
  const sink = (bytes: Uint8Array): void => void world.output.push(decode(bytes))
  class Descriptor {}
  return {
    'wasi:io/error': { Error: IoError },
    'wasi:io/poll': { Pollable, poll: (list: Pollable[]) => Uint32Array.from(list.keys()) },
    'wasi:io/streams': { InputStream, OutputStream },
    'wasi:clocks/monotonic-clock': {
      now: () => (time += 1_000_000n),
      subscribeDuration: (duration: bigint) => {
        time += duration
        return new Pollable()
      },
    },
    'wasi:clocks/wall-clock': { now: () => ({ seconds: 1_700_000_000n, nanoseconds: 1_234_567 }) },
    'wasi:random/random': {
      getRandomBytes: (length: bigint) =>
        Uint8Array.from({ length: Number(length) }, (_, index) => index * 7),
    },
    'wasi:cli/environment': {
      getEnvironment: () => [
        ['A', '1'],
        ['B', 'two'],
      ],
      getArguments: () => ['program', 'first'],
      initialCwd: () => '/home',
    },
    'wasi:cli/exit': {
      exit: (status: unknown) => {
        throw new Error(`exit ${JSON.stringify(status)}`)
      },
    },
    'wasi:cli/stdin': { getStdin: () => new InputStream([encode('one line\nand another')]) },
    'wasi:cli/stdout': { getStdout: () => new OutputStream(sink) },
    'wasi:cli/stderr': { getStderr: () => new OutputStream(sink) },
    'wasi:cli/terminal-stdin': { getTerminalStdin: () => undefined },
    'wasi:cli/terminal-stdout': { getTerminalStdout: () => undefined },
    'wasi:cli/terminal-stderr': { getTerminalStderr: () => undefined },
    'wasi:filesystem/types': { Descriptor },
    'wasi:filesystem/preopens': { getDirectories: () => [] },
  }
}

function wasmcloud(world: GuestWorld): Readonly<Record<string, object>> {
  class CallTargetInterface {
    readonly parts: string

    constructor(...parts: string[]) {
      this.parts = parts.join(':')
    }
  }
  class Secret {
    readonly value: unknown

    constructor(value: unknown) {
      this.value = value
    }
  }
  const config = {
    get: (name: string) => {
      if (name === 'broken') throw variant('io', 'config broke')
      return world.config.get(name)
    },
    getAll: () => [...world.config],
  }
  return {
    'wasi:config/store': config,
    'wasi:config/runtime': config,
    'wasi:logging/logging': { log: (...line: unknown[]) => void world.logged.push(line) },
    'wasmcloud:bus/lattice': {
      CallTargetInterface,
      setLinkName: (name: string, targets: CallTargetInterface[]) =>
        void world.published.push([name, targets.map(({ parts }) => parts)]),
    },
    'wasmcloud:messaging/consumer': {
      publish: (message: { subject: string; body: Uint8Array; replyTo?: string }) => {
        if (message.subject === 'nope') throw 'no publish'
        world.published.push([message.subject, decode(message.body), message.replyTo])
      },
      request: (subject: string, body: Uint8Array, timeoutMs: number) => {
        if (subject === 'nobody') throw 'no responders'
        return { subject: 'x', body: encode(`answer to ${subject} ${decode(body)} ${timeoutMs}`) }
      },
    },
    'wasmcloud:secrets/store': {
      Secret,
      get: (name: string) => {
        if (name === 'up') throw variant('upstream', 'upstream broke')
        if (!world.secrets.has(name)) throw variant('not-found')
        return new Secret(world.secrets.get(name))
      },
    },
    'wasmcloud:secrets/reveal': { reveal: ({ value }: Secret) => value },
    'test:pingpong/pingpong': { ping: () => 'pong', add: (left: number, right: number) => left + right },
  }
}
