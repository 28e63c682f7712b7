import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { ApiError, refusals } from '../api-error.js'
import { consumerConfigSchema } from '../consumer-config.js'
import type { ConsumerConfig } from '../consumer-config.js'
import {
  checkConsumerUpdate,
  checkUniqueFilter,
  checkWorkQueueConsumer,
  isSameConsumerConfig,
  resolveConsumerConfig,
} from '../consumer-config-rules.js'
import type { Consumer } from '../consumer/consumer.js'
import { isValidName } from '../stream-config-rules.js'
import type { Stream } from '../stream/stream.js'
import { fromLatin1, optional, parseRequest, text, wholeNumber } from '../wire-schema.js'
import { pageOf, tokenAt } from './api-request.js'
import type { ApiAnswer, ApiOperation, ApiRequest, ApiState } from './api-request.js'

const createRequestSchema = z.object({
  stream_name: text,
  config: optional(consumerConfigSchema),
  action: z.enum(['', 'create', 'update']).nullish(),
})
const listRequestSchema = z.object({ offset: wholeNumber })

const namesPerPage = 1024
const consumersPerPage = 256
const maxNameLength = 255
const noPage = { total: 0, offset: 0, limit: 0, consumers: [] }

/** The operations on consumers. */
export const consumerOperations: readonly ApiOperation[] = [
  { pattern: 'CONSUMER.CREATE.*', kind: 'consumer_create', run: createUnnamed },
  { pattern: 'CONSUMER.CREATE.*.>', kind: 'consumer_create', run: createNamed },
  { pattern: 'CONSUMER.DURABLE.CREATE.*.*', kind: 'consumer_create', run: createDurable },
  { pattern: 'CONSUMER.INFO.*.*', kind: 'consumer_info', run: showConsumer },
  { pattern: 'CONSUMER.DELETE.*.*', kind: 'consumer_delete', run: deleteConsumer },
  { pattern: 'CONSUMER.NAMES.*', kind: 'consumer_names', fixed: noPage, run: nameConsumers },
  { pattern: 'CONSUMER.LIST.*', kind: 'consumer_list', fixed: noPage, run: listConsumers },
]

interface CreateRequest {
  readonly config: ConsumerConfig
  readonly action: '' | 'create' | 'update'
}

function createUnnamed(state: ApiState, request: ApiRequest): ApiAnswer {
  const stream = tokenAt(request, 2)
  const wanted = parseCreate(request, stream)
  if (wanted.config.durable_name !== '') {
    throw new ApiError(400, 10020, 'consumer expected to be ephemeral but a durable name was set in request')
  }
  return create(state, stream, wanted)
}

function createNamed(state: ApiState, request: ApiRequest): ApiAnswer {
  const [stream, name] = [tokenAt(request, 2), tokenAt(request, 3)]
  const { config, action } = parseCreate(request, stream)
  if (/[\\/]/.test(name)) throw new ApiError(400, 10127, 'Consumer name can not contain path separators')
  if (config.durable_name !== '' && config.durable_name !== name) throw nameMismatch()
  const filter = request.tokens.slice(4).join('.')
  if (filter !== '' && config.filter_subjects.length > 0) {
    throw new ApiError(400, 10137, 'consumer with multiple subject filters cannot use subject based API')
  }
  if (filter !== '' && config.filter_subject !== filter) {
    throw new ApiError(
      400,
      10131,
      'Consumer create request did not match filtered subject from create subject',
    )
  }
  return create(state, stream, { config: { ...config, name }, action })
}

function createDurable(state: ApiState, request: ApiRequest): ApiAnswer {
  const [stream, name] = [tokenAt(request, 3), tokenAt(request, 4)]
  const wanted = parseCreate(request, stream)
  if (/[\\/]/.test(name)) throw new ApiError(400, 10127, 'Consumer name can not contain path separators')
  if (wanted.config.durable_name === '') {
    throw new ApiError(400, 10018, 'consumer expected to be durable but a durable name was not set')
  }
  if (wanted.config.durable_name !== name) throw nameMismatch()
  return create(state, stream, wanted)
}

function parseCreate({ body }: ApiRequest, stream: string): CreateRequest {
  const { stream_name: streamName, config, action } = parseRequest(createRequestSchema, body)
  if (streamName !== stream) throw refusals.streamMismatch()
  return { config: config ?? consumerConfigSchema.parse({}), action: action ?? '' }
}

function create(
  { streams }: ApiState,
  streamName: string,
  { config: requested, action }: CreateRequest,
): ApiAnswer {
  if (requested.num_replicas > 1) throw refusals.replicasNotSupported()
  const stream = streams.get(streamName)
  const checked = resolveConsumerConfig(requested, stream.config)
  const name = checked.durable_name || checked.name
  const existing = name === '' ? undefined : stream.consumers.get(name)
  const consumer = existing
    ? updateExisting(stream, existing, { config: withName(checked, name), action })
    : createNew(stream, { config: checked, action })
  // The client subscribes to its deliver subject before or after; it gets this answer first either way.
  return { fields: consumer.info(), after: () => consumer.signal() }
}

function updateExisting(stream: Stream, existing: Consumer, { config, action }: CreateRequest): Consumer {
  if (action === 'create') {
    if (!isSameConsumerConfig(existing.config, config))
      throw new ApiError(400, 10148, 'consumer already exists')
    return existing
  }
  if (stream.config.retention === 'workqueue') {
    const others = [...stream.consumers.values()].filter((other) => other !== existing)
    checkUniqueFilter(
      config,
      others.map((other) => other.config),
    )
  }
  if (isSameConsumerConfig(existing.config, config)) return existing
  checkConsumerUpdate(existing.config, config, existing)
  existing.update(config)
  stream.consumers.saveNow(existing.name)
  return existing
}

function createNew(stream: Stream, { config, action }: CreateRequest): Consumer {
  if (action === 'update') throw new ApiError(400, 10149, 'consumer does not exist')
  const { max_consumers: limit, retention } = stream.config
  if (limit > 0 && stream.consumers.size >= limit) {
    throw new ApiError(400, 10026, 'maximum consumers limit reached')
  }
  if (retention === 'workqueue' && !config.direct) {
    checkWorkQueueConsumer(
      config,
      [...stream.consumers.values()].map((other) => other.config),
    )
  }
  const name = config.durable_name || config.name || randomName()
  if (name.length > maxNameLength) {
    throw new ApiError(400, 10102, `consumer name is too long, maximum allowed is ${maxNameLength}`)
  }
  if (!isValidName(name)) throw new ApiError(400, 10103, "durable name can not contain '.', '*', '>'")
  return stream.consumers.create(stream, name, withName(config, name))
}

function withName(config: ConsumerConfig, name: string): ConsumerConfig {
  return config.durable_name === '' ? { ...config, name } : config
}

function showConsumer({ streams }: ApiState, request: ApiRequest): ApiAnswer {
  const consumer = streams.get(tokenAt(request, 2)).consumers.get(tokenAt(request, 3))
  if (!consumer) throw refusals.consumerNotFound()
  return { fields: consumer.info() }
}

function deleteConsumer({ streams }: ApiState, request: ApiRequest): ApiAnswer {
  const stream = streams.get(tokenAt(request, 2))
  if (!stream.removeConsumer(tokenAt(request, 3), '409 Consumer Deleted')) throw refusals.consumerNotFound()
  return { fields: { success: true } }
}

function nameConsumers(state: ApiState, request: ApiRequest): ApiAnswer {
  const { items, ...page } = pageOfConsumers(state, request, namesPerPage)
  return { fields: { ...page, consumers: items.map(({ name }) => fromLatin1(name)) } }
}

function listConsumers(state: ApiState, request: ApiRequest): ApiAnswer {
  const { items, ...page } = pageOfConsumers(state, request, consumersPerPage)
  return { fields: { ...page, consumers: items.map((consumer) => consumer.info()) } }
}

function pageOfConsumers(
  { streams }: ApiState,
  request: ApiRequest,
  limit: number,
): ReturnType<typeof pageOf<Consumer>> {
  const { offset } = parseRequest(listRequestSchema, request.body)
  const all = [...streams.get(tokenAt(request, 2)).consumers.values()]
  all.sort((one, other) => (one.name < other.name ? -1 : 1))
  return pageOf(all, offset, limit)
}

function nameMismatch(): ApiError {
  return new ApiError(400, 10017, 'consumer name in subject does not match durable name in request')
}

function randomName(): string {
  return randomBytes(8).toString('hex')
}
