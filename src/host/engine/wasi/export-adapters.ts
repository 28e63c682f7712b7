import { type BrokerMessage, Message } from './messaging.js'

/** Leads a call from its form on the wire to that of the guest. */
export interface ExportAdapter {
  /** The arguments that the guest gets. */
  args(args: readonly unknown[]): unknown[]
  /** What the error side of the guest's result is on the wire. */
  error?(payload: unknown): unknown
}

/** What opens a bucket of wasi:keyvalue. */
interface Store {
  open(identifier: string): object
}

/** Adapters by the function of the wire: `wasmcloud:messaging/handler@0.2.0 handle-message`. */
export function createExportAdapters(
  interfaces: Readonly<Record<string, object>>,
): ReadonlyMap<string, ExportAdapter> {
  const store = interfaces['wasi:keyvalue/store'] as Store // as serveInterfaces() makes it
  const withBucket: ExportAdapter = {
    args: ([bucket, ...rest]) => [store.open(String(bucket)), ...rest],
  }
  return new Map([
    ['wrpc:keyvalue/watcher@0.2.0-draft on-set', withBucket],
    ['wrpc:keyvalue/watcher@0.2.0-draft on-delete', withBucket],
    [
      'wasmcloud:messaging/handler@0.2.0 handle-message',
      { args: ([message]) => [Message.received(message as BrokerMessage)], error: describeError },
    ],
  ])
}

/** `wasmcloud:messaging/types.error` of version 0.3 as the text that version 0.2 has. */
function describeError(payload: unknown): string {
  const { tag, val } = payload as { readonly tag: string; readonly val?: string } // of that type
  return val === undefined ? tag : `${tag}: ${val}`
}
