import type { GuestHost } from '../guest-host.js'
import type { IoError } from '../io/io-error.js'
import type { ErrorCode } from './error-code.js'
import { Fields } from './fields.js'
import { FutureTrailers, IncomingBody } from './incoming-body.js'
import { FutureIncomingResponse } from './future-incoming-response.js'
import { IncomingRequest } from './incoming-request.js'
import { IncomingResponse } from './incoming-response.js'
import { OutgoingBody } from './outgoing-body.js'
import { OutgoingRequest, RequestOptions } from './outgoing-request.js'
import { OutgoingResponse, ResponseOutparam } from './outgoing-response.js'

/** `wasi:http/types`. */
export function createHttpTypes(host: GuestHost): object {
  return {
    Fields,
    IncomingRequest,
    // Made by the guest, so the host comes in here.
    OutgoingRequest: class extends OutgoingRequest {
      constructor(headers: Fields) {
        super(host, headers)
      }
    },
    RequestOptions,
    ResponseOutparam,
    IncomingResponse,
    IncomingBody,
    FutureTrailers,
    OutgoingResponse: class extends OutgoingResponse {
      constructor(headers: Fields) {
        super(host, headers)
      }
    },
    OutgoingBody,
    FutureIncomingResponse,
    httpErrorCode: (error: IoError): ErrorCode | undefined => error.httpErrorCode,
  }
}
