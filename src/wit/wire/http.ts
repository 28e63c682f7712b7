import {
  bytes,
  func,
  futureOf,
  listOf,
  optionOf,
  record,
  resultOf,
  streamOf,
  string,
  tupleOf,
  u16,
  u32,
  u64,
  u8,
  variant,
  type WireInterface,
} from './wire-interface.js'

const fields = listOf(tupleOf(string, listOf(bytes)))
const trailers = futureOf(optionOf(fields))
const fieldSize = record('field-size', { 'field-name': optionOf(string), 'field-size': optionOf(u32) })

const method = variant(
  'method',
  ...['get', 'head', 'post', 'put', 'delete', 'connect', 'options', 'trace', 'patch'],
  ['other', string],
)

const scheme = variant('scheme', 'HTTP', 'HTTPS', ['other', string])

const dnsError = record('DNS-error-payload', { rcode: optionOf(string), 'info-code': optionOf(u16) })
const alert = record('TLS-alert-received-payload', {
  'alert-id': optionOf(u8),
  'alert-message': optionOf(string),
})

/** `error-code` of wasi:http 0.2, whose order is that of the wire. */
export const errorCode = variant(
  'error-code',
  'DNS-timeout',
  ['DNS-error', dnsError],
  ...['destination-not-found', 'destination-unavailable', 'destination-IP-prohibited'],
  ...['destination-IP-unroutable', 'connection-refused', 'connection-terminated', 'connection-timeout'],
  ...['connection-read-timeout', 'connection-write-timeout', 'connection-limit-reached'],
  ...['TLS-protocol-error', 'TLS-certificate-error'],
  ['TLS-alert-received', alert],
  ...['HTTP-request-denied', 'HTTP-request-length-required'],
  ['HTTP-request-body-size', optionOf(u64)],
  ...['HTTP-request-method-invalid', 'HTTP-request-URI-invalid', 'HTTP-request-URI-too-long'],
  ['HTTP-request-header-section-size', optionOf(u32)],
  ['HTTP-request-header-size', optionOf(fieldSize)],
  ['HTTP-request-trailer-section-size', optionOf(u32)],
  ['HTTP-request-trailer-size', fieldSize],
  'HTTP-response-incomplete',
  ['HTTP-response-header-section-size', optionOf(u32)],
  ['HTTP-response-header-size', fieldSize],
  ['HTTP-response-body-size', optionOf(u64)],
  ['HTTP-response-trailer-section-size', optionOf(u32)],
  ['HTTP-response-trailer-size', fieldSize],
  ['HTTP-response-transfer-coding', optionOf(string)],
  ['HTTP-response-content-coding', optionOf(string)],
  ...['HTTP-response-timeout', 'HTTP-upgrade-failed', 'HTTP-protocol-error'],
  ...['loop-detected', 'configuration-error'],
  ['internal-error', optionOf(string)],
)

const request = record('request', {
  body: streamOf(u8),
  trailers,
  method,
  'path-with-query': optionOf(string),
  scheme: optionOf(scheme),
  authority: optionOf(string),
  headers: fields,
})

const response = record('response', { body: streamOf(u8), trailers, status: u16, headers: fields })

const requestOptions = record('request-options', {
  'connect-timeout': optionOf(u64),
  'first-byte-timeout': optionOf(u64),
  'between-bytes-timeout': optionOf(u64),
})

/** The value of the trailers' future: an option of fields. */
export const trailersValue = optionOf(fields)

/** What a component that answers HTTP exports on the wire. Body is at path 0.0, trailers at 0.1, both ways. */
export const incomingHandler: WireInterface = {
  name: 'wrpc:http/incoming-handler@0.1.0',
  functions: [func('handle', { request }, resultOf(response, errorCode))],
}

/** What an HTTP client provider serves. Durations are nanoseconds. */
export const outgoingHandler: WireInterface = {
  name: 'wrpc:http/outgoing-handler@0.1.0',
  functions: [func('handle', { request, options: optionOf(requestOptions) }, resultOf(response, errorCode))],
}
