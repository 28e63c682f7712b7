import type { ApiAnswer, ApiOperation, ApiState } from './api-request.js'

/** The operation that tells what JetStream as a whole holds and allows. */
export const accountOperations: readonly ApiOperation[] = [
  { pattern: 'INFO', kind: 'account_info', run: showAccount },
]

function showAccount({ context, streams, usage }: ApiState): ApiAnswer {
  const all = streams.list()
  const bytesIn = (storage: string): number =>
    all.filter(({ config }) => config.storage === storage).reduce((sum, { store }) => sum + store.bytes, 0)
  const fields = {
    memory: bytesIn('memory'),
    storage: bytesIn('file'),
    reserved_memory: 0,
    reserved_storage: 0,
    streams: all.length,
    consumers: all.reduce((sum, { consumers }) => sum + consumers.size, 0),
    limits: {
      max_memory: -1,
      max_storage: streams.budget.maxBytes,
      max_streams: -1,
      max_consumers: -1,
      max_ack_pending: -1,
      memory_max_stream_bytes: -1,
      storage_max_stream_bytes: -1,
      max_bytes_required: false,
    },
    domain: context.domain,
    api: { level: 0, total: usage.total, errors: usage.errors },
  }
  return { fields }
}
