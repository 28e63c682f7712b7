import type { WrpcCall, WrpcRequest } from '#washi/lattice/wrpc/exchange.js'
import type { ServedSink, WrpcTarget } from '#washi/lattice/wrpc/served-function.js'
import type { RecordedCall } from './recorded-calls.js'

/** A target that answers with the messages of a recorded call, and keeps what it was asked. */
export class RecordedTarget implements WrpcTarget {
  readonly #call: RecordedCall
  request: WrpcRequest | undefined
  /** Bytes of asynchronous parameters by path. */
  readonly streams: Record<string, Buffer> = {}
  readonly ended: string[] = []

  constructor(call: RecordedCall) {
    this.#call = call
  }

  invoke(request: WrpcRequest, sink: ServedSink): WrpcCall {
    this.request = request
    let open = request.asyncParams.length
    if (open === 0) this.#answer(sink)
    return {
      write: (path, bytes) => {
        this.streams[path] = Buffer.concat([this.streams[path] ?? Buffer.alloc(0), bytes])
        return true
      },
      end: (path) => {
        this.ended.push(path)
        open -= 1
        if (open === 0) this.#answer(sink)
      },
      resume: () => undefined,
      cancel: () => undefined,
    }
  }

  #answer(sink: ServedSink): void {
    const results = this.#call.messages.filter(({ stream }) => stream === 'results')
    const values = Buffer.concat(results.filter(({ path }) => path === '').map(({ payload }) => payload))
    if (this.#call.function === 'trap') return sink.onFailure({ kind: 'trap', message: 'unreachable' })
    sink.onResult(values)
    for (const { path, payload } of results) {
      if (path === '' || this.request?.asyncResults.includes(path) !== true) continue
      if (payload.length > 0) sink.onData(path, payload)
      else sink.onDataEnd(path)
    }
    sink.onEnd()
  }
}
