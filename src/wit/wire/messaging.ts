import { bytes, func, optionOf, record, resultOf, string, u32, type WireInterface } from './wire-interface.js'

const message = record('broker-message', { subject: string, body: bytes, 'reply-to': optionOf(string) })

export const consumer: WireInterface = {
  name: 'wasmcloud:messaging/consumer@0.2.0',
  functions: [
    func('request', { subject: string, body: bytes, 'timeout-ms': u32 }, resultOf(message, string)),
    func('publish', { msg: message }, resultOf(undefined, string)),
  ],
}

/** Exported by components that take messages. */
export const handler: WireInterface = {
  name: 'wasmcloud:messaging/handler@0.2.0',
  functions: [func('handle-message', { msg: message }, resultOf(undefined, string))],
}
