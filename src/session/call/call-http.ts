import type { Logger } from '../../core/log.js'
import { createHttpOverRpc } from '../../host/calls/http-over-rpc.js'
import { createRemoteTarget } from '../../host/calls/remote-target.js'
import type { ControlledLattice } from '../../lattice/operations/controlled-lattice.js'
import { WrpcClient } from '../../lattice/wrpc/client.js'
import { callFailed } from './call-failed.js'

/** A request to a component. */
export interface CallHttpOptions {
  readonly componentId: string
  readonly linkName: string
  readonly timeoutMs: number
  readonly method: string
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly port: number
  readonly path: string
  readonly contentType: string | undefined
  readonly body: Uint8Array | undefined
  /** Takes the body as it arrives, and returns false where it wants no more until `onDrain` is called; default: collected. */
  readonly onChunk?: ((chunk: Uint8Array, onDrain: () => void) => boolean) | undefined
  readonly log: Logger
}

/** What it answered. */
export interface CallHttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Sends a request to a component over wRPC and collects the answer. Throws CALL_FAILED. */
export async function callHttp(
  { connection }: Pick<ControlledLattice, 'connection'>,
  options: CallHttpOptions,
): Promise<CallHttpAnswer> {
  const { componentId, linkName, timeoutMs, body, contentType } = options
  const client = new WrpcClient(connection, options.log)
  const target = createRemoteTarget(client, { lattice: connection.lattice, id: componentId, timeoutMs })
  const head = {
    method: options.method,
    scheme: options.scheme,
    authority: `${options.host}:${options.port}`,
    path: options.path,
    rawHeaders: contentType === undefined ? [] : ['content-type', contentType],
  }
  try {
    return await new Promise<CallHttpAnswer>((resolve, reject) => {
      let status = 0
      let headers: Readonly<Record<string, string>> = {}
      const chunks: Uint8Array[] = []
      const call = createHttpOverRpc(target, { sourceId: 'wash', linkName }).handleHttp(
        head,
        body !== undefined,
        {
          onHead: (given, rawHeaders) => {
            status = given
            headers = toObject(rawHeaders)
          },
          onChunk: (chunk) =>
            options.onChunk ? options.onChunk(chunk, () => call.resume()) : chunks.push(chunk) > 0,
          onEnd: () => resolve({ status, headers, body: Buffer.concat(chunks) }),
          onFailure: (failure) => reject(callFailed(options, failure)),
          onDrain: () => undefined,
        },
      )
      if (body === undefined) return
      call.write(body)
      call.end()
    })
  } finally {
    await client.close()
  }
}

/** Values of a name that comes several times are joined, as headers may be. */
function toObject(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = '', value = ''] = [raw[index], raw[index + 1]]
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value
  }
  return headers
}
