import { messageOf } from '../core/errors.js'
import type { LinkedCallRequest, LinkedCalls, LinkNames } from '../host/engine/guest-pool.js'
import { errorPayload } from '../host/engine/linker/runtime/errors.js'
import type { CallFailure } from '../host/http-exchange.js'
import type { RpcAnswerSink, RpcCall } from '../host/rpc-exchange.js'
import { createTupleCodec, type TupleCodec } from '../wit/codec/create-tuple-codec.js'
import { camelLabel } from '../wit/labels.js'
import type { World } from '../wit/model.js'
import type { WireFunction } from '../wit/wire/wire-interface.js'
import { refuseCall } from '../host/calls/refused-call.js'
import { CallFailedError } from '../session/call/call-failed-error.js'
import { isFakeTarget, type FakeInterface, type FakesByLink } from './fake-imports.js'
import { answerFetch, type FetchFake } from './fake-fetch.js'
import { answerStreaming } from './fake-streams.js'
import { functionsOfInstance } from './linked-functions.js'

/** Leads the calls that a component makes of its imports to the fakes of a test. */
export class FakeCalls implements LinkedCalls {
  readonly #world: World
  readonly #fakes: FakesByLink
  readonly #codecs = new Map<WireFunction, { readonly params: TupleCodec; readonly result: TupleCodec }>()
  /** What fakes threw that is no error of a result, by the message that the component's call fails with. */
  readonly #thrown = new Map<string, unknown>()
  /** What the engine has logged of failures, the last ones: message and stack. */
  readonly #failures: string[] = []

  readonly #onFault: (text: string) => void

  /** `onFault` is told, with the stack, what a fake threw: a component may make something of it and go on. */
  constructor(world: World, fakes: FakesByLink, onFault: (text: string) => void) {
    this.#world = world
    this.#fakes = fakes
    this.#onFault = onFault
  }

  /** The error of a failed call of the component: with what its fake threw, where that is why. */
  readonly explain = (failure: CallFailure): CallFailedError => {
    const [, cause] = [...this.#thrown].find(([message]) => failure.message.includes(message)) ?? []
    const logged = this.#failures.findLast((text) => text.includes(failure.message))
    const guestStack = logged?.slice(logged.indexOf('\n') + 1)
    return new CallFailedError(failure, { cause, guestStack })
  }

  /** Takes what the engine logs of a failure, for the error of the call. */
  noteFailure(text: string): void {
    if (text.includes('\n')) this.#failures.push(text)
    if (this.#failures.length > 20) this.#failures.shift()
  }

  linkNames(key: string): LinkNames {
    return { names: this.#fakes.has(key) ? ['default'] : [] }
  }

  invoke(request: LinkedCallRequest, sink: RpcAnswerSink): RpcCall {
    const fake = this.#fakes.get(request.key)
    if (fake !== undefined && isFakeTarget(fake))
      return fake.target.invoke({ ...request, sourceId: 'test' }, sink)
    if (request.key === 'wasi:http/outgoing-handler' && fake?.['handle'] !== undefined) {
      const report = (thrown: unknown): CallFailure => this.#report(`${request.key}.handle`, thrown)
      return answerFetch(request, sink, { fake: fake['handle'] as FetchFake, report })
    }
    return this.#answer(request, sink, fake ?? {})
  }

  #answer(request: LinkedCallRequest, sink: RpcAnswerSink, fake: FakeInterface): RpcCall {
    const { instance, function: name } = request
    const declared = functionsOfInstance(this.#world, instance).find((one) => one.name === name)
    const call = fake[camelLabel(name)]
    if (declared === undefined || call === undefined) {
      const message = `the test gives no ${camelLabel(name)} for ${instance}`
      return refuseCall(sink, { kind: 'unavailable', message })
    }
    const codecs = this.#codecsOf(declared)
    const answer = (args: readonly unknown[]): Promise<unknown> =>
      outcomeOf(declared, () => call(...(args as never[])))
    const report = (thrown: unknown): CallFailure => this.#report(`${instance}.${name}`, thrown)
    return answerStreaming(request, sink, { declared, codecs, answer, report })
  }

  #report(title: string, thrown: unknown): CallFailure {
    const message = `what stands for ${title} failed: ${messageOf(thrown)}`
    this.#thrown.set(message, thrown)
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown)
    this.#onFault(`what stands for ${title} failed: ${stack}`)
    return { kind: 'trap', message }
  }

  #codecsOf(declared: WireFunction): { readonly params: TupleCodec; readonly result: TupleCodec } {
    const known = this.#codecs.get(declared)
    if (known !== undefined) return known
    const params = createTupleCodec(
      declared.params.map(({ type }) => type),
      { what: 'arguments' },
    )
    const result = createTupleCodec(declared.result ? [declared.result] : [], { what: 'result' })
    this.#codecs.set(declared, { params, result })
    return { params, result }
  }
}

/** A function of a result returns the ok side, and throws the other: as such, or as `payload` of an error. */
async function outcomeOf({ result }: WireFunction, call: () => unknown): Promise<unknown> {
  if (result?.kind !== 'result') return await call()
  try {
    return { tag: 'ok', val: await call() }
  } catch (thrown) {
    return { tag: 'err', val: errorPayload(thrown) }
  }
}
