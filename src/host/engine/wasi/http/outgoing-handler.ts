import { outgoingHandler, trailersValue } from '../../../../wit/wire/http.js'
import type { GuestHost } from '../guest-host.js'
import type { LinkSelection } from '../link-selection.js'
import { FutureType } from '../linked/future-reader.js'
import { LinkedInterface } from '../linked/linked-interface.js'
import { orError } from '../linked/results.js'
import { internalError } from './error-code.js'
import { FutureIncomingResponse } from './future-incoming-response.js'
import type { OutgoingRequest, RequestOptions } from './outgoing-request.js'
import { RequestBodyChannel } from './request-body-channel.js'
import { ResponseReader } from './response-reader.js'
import { toWireFields, type TrailersType } from './wire-fields.js'

/** Time-outs of requests without their own, in nanoseconds, as wasmtime has them. */
const defaultTimeout = 600_000_000_000n

/** `wasi:http/outgoing-handler` over links. The request's body goes out while the guest writes it. */
export function createOutgoingHandler(host: GuestHost, links: LinkSelection): object {
  const client = new LinkedInterface({
    host,
    links,
    key: 'wasi:http/outgoing-handler',
    wire: outgoingHandler,
  })
  const trailers: TrailersType = new FutureType(trailersValue)
  return {
    handle: (request: OutgoingRequest, options?: RequestOptions): FutureIncomingResponse => {
      request.check()
      const started = orError(internalError, () =>
        client.start('handle', [toWireRequest(request), toWireOptions(options)]),
      )
      const channel = new RequestBodyChannel(started.call, trailers)
      request.sendTo(channel)
      return new FutureIncomingResponse(
        host,
        new ResponseReader({ host, started, request: channel, trailers }),
      )
    },
  }
}

function toWireRequest(request: OutgoingRequest): unknown {
  return {
    body: undefined,
    trailers: undefined,
    method: request.method(),
    pathWithQuery: request.pathWithQuery(),
    scheme: request.scheme(),
    authority: request.authority(),
    headers: toWireFields(request.headers().raw),
  }
}

function toWireOptions(options: RequestOptions | undefined): unknown {
  return {
    connectTimeout: options?.connectTimeout() ?? defaultTimeout,
    firstByteTimeout: options?.firstByteTimeout() ?? defaultTimeout,
    betweenBytesTimeout: options?.betweenBytesTimeout() ?? defaultTimeout,
  }
}
