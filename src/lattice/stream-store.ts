import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { AppError, messageOf } from '../core/errors.js'

/** What can be removed from a server with JetStream. A stream that is not there is removed already. */
export interface StreamStore {
  /** False where there was none. */
  delete(stream: string): Promise<boolean>
  /** Removes the messages of a subject, wildcards included, and returns how many are left; undefined without the stream. */
  purge(stream: string, subject: string): Promise<number | undefined>
}

const streamNotFound = 10059

/** Opens the streams of a server. Throws BUCKET_UNAVAILABLE where it has none. */
export async function openStreams(nats: NatsConnection, jsDomain: string | undefined): Promise<StreamStore> {
  try {
    const { streams } = await jetstreamManager(nats, jsDomain === undefined ? {} : { domain: jsDomain })
    return {
      delete: async (stream) => (await orNone(streams.delete(stream))) ?? false,
      purge: async (stream, subject) => {
        const purged = await orNone(streams.purge(stream, { filter: subject }))
        return purged === undefined ? undefined : (await streams.info(stream)).state.messages
      },
    }
  } catch (cause) {
    throw new AppError('BUCKET_UNAVAILABLE', `Cannot open the streams: ${messageOf(cause)}`, {
      hint: 'Check that the NATS server runs with JetStream (nats-server -js)',
      cause,
    })
  }
}

async function orNone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (cause) {
    if (cause instanceof JetStreamApiError && cause.apiError().err_code === streamNotFound) return undefined
    throw cause
  }
}
