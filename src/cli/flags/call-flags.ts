import { boolean, integer, option, string } from '@oclif/core/flags'

/** The flags of `call` beside those of the lattice, with wash's names and variables. */
export const callFlags = {
  'timeout-ms': integer({
    char: 't',
    aliases: ['rpc-timeout-ms'],
    summary: 'Longest wait for the answer.',
    default: 10_000,
    env: 'WASMCLOUD_RPC_TIMEOUT_MS',
    min: 1,
    helpGroup: 'LATTICE',
  }),
  'link-name': string({ char: 'l', default: 'default', summary: 'Link name that the component is told.' }),
  wit: string({
    summary:
      'Component file, .wit file or folder of WIT to take the types from. [default: the image that runs]',
  }),
  'http-scheme': option({
    options: ['http', 'https'] as const,
    default: 'http' as const,
    env: 'WASH_CALL_INVOKE_HTTP_SCHEME',
    summary: 'Scheme of the request.',
    helpGroup: 'HTTP',
  })(),
  'http-host': string({
    default: 'localhost',
    env: 'WASH_CALL_INVOKE_HTTP_HOST',
    summary: 'Host of the request.',
    helpGroup: 'HTTP',
  }),
  'http-port': integer({
    default: 8080,
    min: 1,
    max: 65535,
    env: 'WASH_CALL_INVOKE_HTTP_PORT',
    summary: 'Port of the request.',
    helpGroup: 'HTTP',
  }),
  'http-path': string({ default: '/', summary: 'Path with query of the request.', helpGroup: 'HTTP' }),
  'http-method': string({
    default: 'GET',
    env: 'WASH_CALL_INVOKE_HTTP_METHOD',
    summary: 'Method of the request.',
    helpGroup: 'HTTP',
  }),
  'http-body': string({
    env: 'WASH_CALL_INVOKE_HTTP_BODY',
    summary: 'Body of the request.',
    helpGroup: 'HTTP',
    exclusive: ['http-body-path'],
  }),
  'http-body-path': string({
    env: 'WASH_CALL_INVOKE_HTTP_BODY_PATH',
    summary: 'File with the body of the request.',
    helpGroup: 'HTTP',
  }),
  'http-content-type': string({
    env: 'WASH_CALL_INVOKE_HTTP_CONTENT_TYPE',
    summary: 'Content-Type of the request.',
    helpGroup: 'HTTP',
  }),
  'http-response-body': boolean({
    summary: 'Write the body alone, as it arrives and byte by byte.',
    helpGroup: 'HTTP',
    exclusive: ['http-response-extract-json'],
  }),
  'http-response-extract-json': boolean({
    env: 'WASH_CALL_HTTP_RESPONSE_EXTRACT_JSON',
    summary: 'Print the body alone, as the JSON that it is.',
    helpGroup: 'HTTP',
  }),
}

/** Their values, as far as the request needs them. */
export interface HttpCallFlags {
  readonly 'link-name': string
  readonly 'timeout-ms': number
  readonly 'http-scheme': 'http' | 'https'
  readonly 'http-host': string
  readonly 'http-port': number
  readonly 'http-path': string
  readonly 'http-method': string
  readonly 'http-body': string | undefined
  readonly 'http-body-path': string | undefined
  readonly 'http-content-type': string | undefined
}
