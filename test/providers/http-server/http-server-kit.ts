import { connect, createServer, type AddressInfo } from 'node:net'
import type { HttpAnswerSink, HttpCall, HttpRequestHead, HttpTarget } from '#washi/host/http-exchange.js'
import type { Provider, ProviderLink } from '#washi/host/provider.js'
import { httpServer } from '#washi/providers/http-server/index.js'
import { providerContext } from '../../support/provider-context.js'

/** A request that reached a target. */
export interface Received {
  readonly targetId: string
  readonly head: HttpRequestHead
  readonly body: string
}

/** A running http-server whose targets answer by `answer`. */
export interface HttpServerKit extends AsyncDisposable {
  readonly provider: Provider
  readonly received: Received[]
  link(target: string, sourceConfig: Readonly<Record<string, string>>): ProviderLink
}

/** Starts the provider with that configuration of its own. */
export async function startHttpServer(
  config: Readonly<Record<string, string>>,
  answer: (sink: HttpAnswerSink, received: Received) => void = (sink, { targetId }) => {
    sink.onHead(200, ['Content-Type', 'text/plain'])
    sink.onChunk(Buffer.from(targetId))
    sink.onEnd([])
  },
): Promise<HttpServerKit> {
  const received: Received[] = []
  const targetOf = (targetId: string): HttpTarget => ({
    handleHttp(head, hasBody, sink): HttpCall {
      const chunks: Uint8Array[] = []
      const finish = (): void => {
        const request = { targetId, head, body: Buffer.concat(chunks).toString('latin1') }
        received.push(request)
        answer(sink, request)
      }
      if (!hasBody) finish()
      const none = (): void => undefined
      return { write: (chunk) => chunks.push(chunk) > 0, end: finish, resume: none, cancel: none }
    },
  })
  const provider = httpServer.create(providerContext({ config, httpTarget: targetOf }))
  await provider.start()
  return {
    provider,
    received,
    link: (target, sourceConfig) => ({
      ...{ sourceId: 'http-server', target, name: 'default', witNamespace: 'wasi', witPackage: 'http' },
      ...{ interfaces: ['incoming-handler'], sourceConfig, targetConfig: {} },
      ...{ sourceSecrets: {}, targetSecrets: {} },
    }),
    [Symbol.asyncDispose]: () => provider.stop(),
  }
}

/** A loopback port that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Sends bytes as they are, and resolves with all that came until the server closed the connection or fell silent. */
export function exchangeBytes(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => (text += chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
    // Half-closed, the server ends the connection once it has answered what it could read.
    socket.end(Buffer.from(bytes, 'latin1'))
  })
}
