import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import type { GatherOptions, LatticeConnection, WaitOptions } from '../connection.js'
import type { HostId } from '../ids.js'
import { jsonOf } from '../message.js'
import { latticeDataBucket } from '../store/lattice-store.js'
import { readLinks } from '../store/links.js'
import type { LatticeMessage } from '../message.js'
import { claimsListSchema, hostInventorySchema, hostSchema } from './inventory-schemas.js'
import type { HostInventory, HostSummary } from './inventory-schemas.js'
import { encodeRequest } from './encode-request.js'
import { createMemoryRoll } from './host-roll.js'
import type { HostRoll } from './host-roll.js'
import * as s from './schemas.js'
import type { StringMap } from './schemas.js'

/** Defaults of a ControlClient. */
export interface ControlClientOptions {
  /** Longest wait for an answer, and for all answers of a gathering call. Default 2000. */
  readonly timeoutMs?: number | undefined
  /** Default one that lives as long as the client. */
  readonly roll?: HostRoll | undefined
}

/** Silence after some answers that means there are no more: in proportion to what the first host took, within bounds. */
const silenceMs = (firstAnswerMs: number): number => Math.min(200, Math.max(50, 4 * firstAnswerMs))

/**
 * The control interface of a lattice, one method per operation. A refusal becomes CONTROL_REFUSED with the host's words,
 * an absent host HOST_NOT_FOUND, a lattice without hosts LATTICE_EMPTY. Methods that change something resolve with the
 * host's message once it was accepted: the effect shows in events and inventories.
 */
export class ControlClient {
  readonly #connection: LatticeConnection
  readonly #timeoutMs: number
  readonly #roll: HostRoll

  constructor(connection: LatticeConnection, options: ControlClientOptions = {}) {
    this.#connection = connection
    this.#timeoutMs = options.timeoutMs ?? 2_000
    this.#roll = options.roll ?? createMemoryRoll()
  }

  /** The hosts of the lattice, as soon as all that are known have answered and no others do; at the time-out at last. */
  async listHosts(): Promise<readonly HostSummary[]> {
    const known = await this.#roll.known()
    const hosts = await this.pingHosts({
      quietMs: silenceMs,
      isComplete: (answers) => {
        const ids = new Set(readAnswers(answers, hostSchema).map(({ id }) => id))
        return [...known].every((id) => ids.has(id))
      },
    })
    const isSame = hosts.length === known.size && hosts.every(({ id }) => known.has(id))
    if (!isSame) await this.#roll.replace(hosts.map(({ id }) => id))
    return hosts
  }

  /** The hosts that answered: at once where `expected` says how many there are, else after the time-out. */
  async pingHosts(options: GatherOptions = {}): Promise<readonly HostSummary[]> {
    const answers = await this.#gather({ subject: this.#subjects.hostPing, schema: hostSchema, options })
    return answers.toSorted((a, b) => compareText(a.id, b.id))
  }

  async getInventory(hostId: HostId, options?: WaitOptions): Promise<HostInventory> {
    const subject = this.#subjects.hostGet(hostId)
    return await this.#query({ subject, hostId, schema: hostInventorySchema, options })
  }

  /** `timeoutMs` is what the host may take to stop. */
  async stopHost(hostId: HostId, { timeoutMs }: { readonly timeoutMs?: number } = {}): Promise<string> {
    const payload = encodeRequest(s.stopHostRequestSchema, { host_id: hostId, timeout: timeoutMs })
    return await this.#command({ subject: this.#subjects.hostStop(hostId), hostId, payload })
  }

  /** The hosts that would take the component. */
  async auctionComponent(
    request: s.ComponentAuctionRequest,
    options: GatherOptions = {},
  ): Promise<readonly s.ComponentAuctionAck[]> {
    const payload = encodeRequest(s.componentAuctionRequestSchema, request)
    const subject = this.#subjects.componentAuction
    return await this.#gather({ subject, payload, schema: s.componentAuctionAckSchema, options })
  }

  /** The hosts that would take the provider. */
  async auctionProvider(
    request: s.ProviderAuctionRequest,
    options: GatherOptions = {},
  ): Promise<readonly s.ProviderAuctionAck[]> {
    const payload = encodeRequest(s.providerAuctionRequestSchema, request)
    const subject = this.#subjects.providerAuction
    return await this.#gather({ subject, payload, schema: s.providerAuctionAckSchema, options })
  }

  /** Starts, rescales, or (count 0) stops; the outcome is told by component_scaled or component_scale_failed. */
  async scaleComponent(hostId: HostId, request: s.ScaleComponentInput): Promise<string> {
    const payload = encodeRequest(s.scaleComponentRequestSchema, { ...request, host_id: hostId })
    return await this.#command({ subject: this.#subjects.componentScale(hostId), hostId, payload })
  }

  async updateComponent(hostId: HostId, request: s.UpdateComponentInput): Promise<string> {
    const payload = encodeRequest(s.updateComponentRequestSchema, { ...request, host_id: hostId })
    return await this.#command({ subject: this.#subjects.componentUpdate(hostId), hostId, payload })
  }

  /** The outcome is told by provider_started or provider_start_failed. */
  async startProvider(hostId: HostId, request: s.StartProviderInput): Promise<string> {
    const payload = encodeRequest(s.startProviderRequestSchema, { ...request, host_id: hostId })
    return await this.#command({ subject: this.#subjects.providerStart(hostId), hostId, payload })
  }

  async stopProvider(hostId: HostId, providerId: string): Promise<string> {
    const payload = JSON.stringify({ host_id: hostId, provider_id: providerId })
    return await this.#command({ subject: this.#subjects.providerStop(hostId), hostId, payload })
  }

  async putLabel(hostId: HostId, key: string, value: string): Promise<string> {
    const payload = encodeRequest(s.putLabelRequestSchema, { key, value })
    return await this.#command({ subject: this.#subjects.labelPut(hostId), hostId, payload })
  }

  async deleteLabel(hostId: HostId, key: string): Promise<string> {
    const payload = encodeRequest(s.deleteLabelRequestSchema, { key })
    return await this.#command({ subject: this.#subjects.labelDelete(hostId), hostId, payload })
  }

  async putLink(link: s.LinkInput): Promise<string> {
    return await this.#command({
      subject: this.#subjects.linkPut,
      payload: encodeRequest(s.linkSchema, link),
    })
  }

  /** Deleting a link that is not there succeeds. */
  async deleteLink(key: s.LinkKeyInput): Promise<string> {
    return await this.#command({
      subject: this.#subjects.linkDelete,
      payload: encodeRequest(s.linkKeySchema, key),
    })
  }

  /**
   * The links as one host of the lattice sees them; may lag behind a put by a moment. Where they are too many for one
   * message, which washi's hosts say and wasmCloud's meet with silence, they are read from the lattice's store.
   */
  async getLinks(options?: WaitOptions): Promise<readonly s.Link[]> {
    const question = { subject: this.#subjects.linkGet, schema: z.array(s.linkSchema), options }
    try {
      return await this.#query(question)
    } catch (failure) {
      if (!(failure instanceof AppError) || !unanswered.has(failure.code)) throw failure
      const bucket = await this.#connection.bucket(latticeDataBucket(this.#connection.lattice)).catch(() => {
        // Without a store there is only what the host said.
        throw failure
      })
      return await readLinks(bucket)
    }
  }

  async getClaims(options?: WaitOptions): Promise<readonly StringMap[]> {
    return await this.#query({ subject: this.#subjects.claimsGet, schema: claimsListSchema, options })
  }

  /** Replaces all values of the named config. */
  async putConfig(name: string, values: StringMap): Promise<string> {
    const payload = encodeRequest(s.stringMapSchema, values)
    return await this.#command({ subject: this.#subjects.configPut(name), payload })
  }

  /** The values of the named config; undefined where there is none. */
  async getConfig(name: string, options?: WaitOptions): Promise<StringMap | undefined> {
    const answer = await this.#ask({
      subject: this.#subjects.configGet(name),
      schema: s.stringMapSchema,
      options,
    })
    return answer.response ?? undefined
  }

  /** Deleting a config that is not there succeeds. */
  async deleteConfig(name: string): Promise<string> {
    return await this.#command({ subject: this.#subjects.configDelete(name) })
  }

  /** Tells every host; none answers. */
  async putRegistries(credentials: s.RegistryCredentials): Promise<void> {
    this.#connection.publish(
      this.#subjects.registryPut,
      encodeRequest(s.putRegistriesRequestSchema, credentials),
    )
    await this.#connection.flush()
  }

  get #subjects(): LatticeConnection['subjects'] {
    return this.#connection.subjects
  }

  async #command(question: Omit<Question<unknown>, 'schema'>): Promise<string> {
    return (await this.#ask({ ...question, schema: z.unknown() })).message
  }

  async #query<T>(question: Question<T>): Promise<T> {
    const { response } = await this.#ask(question)
    if (response === undefined || response === null)
      throw invalidAnswer(question.subject, 'it holds no response')
    return response
  }

  async #ask<T>(question: Question<T>): Promise<s.ControlResponse<T | null>> {
    const { subject, hostId, payload, options } = question
    try {
      const message = await this.#connection.request(subject, payload, {
        timeoutMs: this.#timeoutMs,
        ...options,
      })
      return parseAnswer(subject, message, question.schema)
    } catch (cause) {
      throw this.#explain(cause, hostId)
    }
  }

  async #gather<T>(call: {
    readonly subject: string
    readonly payload?: string
    readonly schema: z.ZodType<T>
    readonly options: GatherOptions
  }): Promise<T[]> {
    const options = { timeoutMs: this.#timeoutMs, ...call.options }
    return readAnswers(await this.#connection.gather(call.subject, call.payload, options), call.schema)
  }

  #explain(cause: unknown, hostId: HostId | undefined): unknown {
    if (!(cause instanceof AppError) || cause.code !== 'LATTICE_NO_RESPONDERS') return cause
    const { lattice, url } = this.#connection
    if (hostId === undefined) {
      const hint = 'washi up -d'
      return new AppError('LATTICE_EMPTY', `No host runs in the lattice "${lattice}" at ${url}`, {
        hint,
        cause,
      })
    }
    const message = `No host "${hostId}" in the lattice "${lattice}" at ${url}`
    return new AppError('HOST_NOT_FOUND', message, { hint: 'Run: washi get hosts', cause })
  }
}

/** What a host that has too many links for a message comes to. */
const unanswered: ReadonlySet<string> = new Set(['CONTROL_REFUSED', 'LATTICE_TIMEOUT'])

/** One peer's broken answer must not hide the answers of the others. */
function readAnswers<T>(messages: readonly LatticeMessage[], schema: z.ZodType<T>): T[] {
  return messages.flatMap((message) => {
    const parsed = s.controlResponseSchema(schema).safeParse(jsonOf(message))
    const answer = parsed.success && parsed.data.success ? parsed.data.response : undefined
    return answer === undefined || answer === null ? [] : [answer]
  })
}

interface Question<T> {
  readonly subject: string
  readonly hostId?: HostId
  readonly payload?: string
  readonly schema: z.ZodType<T>
  readonly options?: WaitOptions | undefined
}

function parseAnswer<T>(
  subject: string,
  message: LatticeMessage,
  schema: z.ZodType<T>,
): s.ControlResponse<T | null> {
  const envelope = s.controlResponseSchema(z.unknown()).safeParse(jsonOf(message))
  if (!envelope.success) throw invalidAnswer(subject, z.prettifyError(envelope.error))
  if (!envelope.data.success) {
    throw new AppError('CONTROL_REFUSED', `The host refused: ${envelope.data.message || 'it gave no reason'}`)
  }
  const parsed = s.controlResponseSchema(schema).safeParse(envelope.data)
  if (!parsed.success) throw invalidAnswer(subject, z.prettifyError(parsed.error))
  return parsed.data as s.ControlResponse<T | null>
}

function invalidAnswer(subject: string, why: string): AppError {
  return new AppError('CONTROL_ANSWER_INVALID', `Cannot read the answer to "${subject}": ${why}`, {
    hint: 'Check that the host speaks the protocol of wasmCloud 1.x',
  })
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
