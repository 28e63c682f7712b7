import { z } from 'zod'
import { formatTimestamp } from '../../store/timestamp.js'
import { subjectsCollide } from '../../subject/subject-pattern.js'
import { refusals } from '../api-error.js'
import { streamConfigSchema } from '../stream-config.js'
import {
  asksForNothing,
  asksForTooMuch,
  findMessage,
  messageRequestSchema,
} from '../stream/message-lookup.js'
import { purgeRequestSchema } from '../stream/purge.js'
import type { Stream } from '../stream/stream.js'
import { streamInfo, streamInfoRequestSchema, subjectPage } from '../stream/stream-info.js'
import type { StreamInfoRequest } from '../stream/stream-info.js'
import { flag, fromLatin1, isEmptyRequest, parseRequest, text, wholeNumber } from '../wire-schema.js'
import { pageOf, tokenAt } from './api-request.js'
import type { ApiAnswer, ApiOperation, ApiRequest, ApiState } from './api-request.js'

const listRequestSchema = z.object({ offset: wholeNumber, subject: text })
const deleteRequestSchema = z.object({ seq: wholeNumber, no_erase: flag })
const namesPerPage = 1024
const streamsPerPage = 256
const noPage = { total: 0, offset: 0, limit: 0 }

/** The operations on streams and their messages. */
export const streamOperations: readonly ApiOperation[] = [
  { pattern: 'STREAM.CREATE.*', kind: 'stream_create', run: createStream },
  { pattern: 'STREAM.UPDATE.*', kind: 'stream_update', run: updateStream },
  { pattern: 'STREAM.INFO.*', kind: 'stream_info', fixed: noPage, run: showStream },
  { pattern: 'STREAM.DELETE.*', kind: 'stream_delete', run: deleteStream },
  { pattern: 'STREAM.PURGE.*', kind: 'stream_purge', fixed: { purged: 0 }, run: purgeStream },
  { pattern: 'STREAM.NAMES', kind: 'stream_names', fixed: { ...noPage, streams: null }, run: nameStreams },
  { pattern: 'STREAM.LIST', kind: 'stream_list', fixed: { ...noPage, streams: null }, run: listStreams },
  { pattern: 'STREAM.MSG.GET.*', kind: 'stream_msg_get', run: getMessage },
  { pattern: 'STREAM.MSG.DELETE.*', kind: 'stream_msg_delete', run: deleteMessage },
]

function createStream({ streams }: ApiState, request: ApiRequest): ApiAnswer {
  const config = parseRequest(streamConfigSchema, request.body)
  if (config.name !== tokenAt(request, 2)) throw refusals.streamMismatch()
  const stream = streams.create(config)
  return { fields: { ...infoOf(stream), did_create: true } }
}

function updateStream({ streams }: ApiState, request: ApiRequest): ApiAnswer {
  const config = parseRequest(streamConfigSchema, request.body)
  if (config.name !== tokenAt(request, 2)) throw refusals.streamMismatch()
  return { fields: infoOf(streams.update(config)) }
}

function showStream({ streams }: ApiState, request: ApiRequest): ApiAnswer {
  const wanted = parseRequest(streamInfoRequestSchema, request.body)
  const stream = streams.get(tokenAt(request, 2))
  const { total, offset, limit } = subjectPage(stream.store, wanted)
  return { fields: { total, offset, limit, ...infoOf(stream, wanted) } }
}

function deleteStream({ streams }: ApiState, request: ApiRequest): ApiAnswer {
  if (!isEmptyRequest(request.body)) throw refusals.notEmptyRequest()
  streams.delete(tokenAt(request, 2))
  return { fields: { success: true } }
}

function purgeStream({ streams }: ApiState, request: ApiRequest): ApiAnswer {
  const purge = parseRequest(purgeRequestSchema, request.body)
  if (purge.seq > 0 && purge.keep > 0) throw refusals.badRequest()
  const stream = streams.get(tokenAt(request, 2))
  if (stream.config.sealed) throw refusals.streamSealed()
  if (stream.config.deny_purge) throw refusals.purgeFailed('stream purge not permitted')
  const purged = stream.purge(purge)
  return { fields: { success: true, purged } }
}

function nameStreams(state: ApiState, request: ApiRequest): ApiAnswer {
  const { items, ...page } = pageOfStreams(state, request, namesPerPage)
  const names = items.map(({ config }) => fromLatin1(config.name))
  return { fields: { ...page, streams: names.length > 0 ? names : null } }
}

function listStreams(state: ApiState, request: ApiRequest): ApiAnswer {
  const { items, ...page } = pageOfStreams(state, request, streamsPerPage)
  return { fields: { ...page, streams: items.length > 0 ? items.map((stream) => infoOf(stream)) : null } }
}

function getMessage({ streams }: ApiState, request: ApiRequest): ApiAnswer {
  if (isEmptyRequest(request.body)) throw refusals.badRequest()
  const wanted = parseRequest(messageRequestSchema, request.body)
  if (wanted.batch > 0 || wanted.max_bytes > 0) throw refusals.badRequest()
  if (asksForNothing(wanted) || asksForTooMuch(wanted)) throw refusals.badRequest()
  const message = findMessage(streams.get(tokenAt(request, 3)).store, wanted)
  if (!message) throw refusals.noMessage()
  const { subject, sequence, headers, payload, time } = message
  const document = {
    subject: fromLatin1(subject),
    seq: sequence,
    hdrs: headers?.toString('base64'),
    data: payload.length > 0 ? payload.toString('base64') : undefined,
    time: formatTimestamp(time),
  }
  return { fields: { message: document } }
}

function deleteMessage({ streams }: ApiState, request: ApiRequest): ApiAnswer {
  if (isEmptyRequest(request.body)) throw refusals.badRequest()
  const { seq } = parseRequest(deleteRequestSchema, request.body)
  const stream = streams.get(tokenAt(request, 3))
  if (stream.config.sealed) throw refusals.streamSealed()
  if (stream.config.deny_delete) throw refusals.messageDeleteFailed('message delete not permitted')
  if (!stream.deleteMessage(seq)) throw refusals.sequenceNotFound(seq)
  return { fields: { success: true } }
}

function pageOfStreams(
  { streams }: ApiState,
  { body }: ApiRequest,
  limit: number,
): ReturnType<typeof pageOf<Stream>> {
  const { offset, subject } = parseRequest(listRequestSchema, body)
  const wanted = streams
    .list()
    .filter(({ config }) => subject === '' || config.subjects.some((own) => subjectsCollide(own, subject)))
  return pageOf(wanted, offset, limit)
}

function infoOf(stream: Stream, request?: StreamInfoRequest): Record<string, unknown> {
  const { context, config, created, store, consumers } = stream
  return streamInfo({ context, config, created, store, consumerCount: consumers.size }, request)
}
