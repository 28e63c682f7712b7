import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import { jsonOf } from '../../lattice/message.js'
import { decodeManifest } from '../manifest/decode-manifest.js'
import { encodeManifest } from '../manifest/encode-manifest.js'
import type { JsonValue, Manifest } from '../manifest/manifest.js'
import { toSourceNode } from '../manifest/source-tree.js'
import type { ApplicationStatus } from '../planner/status.js'
import type {
  ApplicationSummary,
  ApplicationVersion,
  DeleteResult,
  DeployResult,
  PutResult,
  StoredManifest,
} from './applications.js'
import * as m from './messages.js'
import { modelSubject, statusSubject } from './subjects.js'
import type { ModelOperation } from './subjects.js'

/** Defaults of an ApplicationsClient. */
export interface ApplicationsClientOptions {
  /** Longest wait for an answer. Default 5000. */
  readonly timeoutMs?: number | undefined
}

/**
 * The application manager of a lattice, washi's or a real wadm. Every method throws APP_MANAGER_UNAVAILABLE where none
 * answers, APP_REQUEST_REFUSED with its words where it refuses, APP_NOT_FOUND where the application or version is unknown.
 */
export class ApplicationsClient {
  readonly #connection: LatticeConnection
  readonly #timeoutMs: number

  constructor(connection: LatticeConnection, { timeoutMs = 5_000 }: ApplicationsClientOptions = {}) {
    this.#connection = connection
    this.#timeoutMs = timeoutMs
  }

  /** The address of the bus that the manager is asked through. */
  get url(): string {
    return this.#connection.url
  }

  /** Stores a version; nothing of it runs yet. */
  async put(manifest: Manifest): Promise<PutResult> {
    const answer = await this.#ask({
      operation: 'put',
      payload: encodeManifest(manifest),
      schema: m.putResponseSchema,
    })
    const { current_version: version, total_versions: totalVersions, message } = answer
    return { name: answer.name || manifest.metadata.name, version, totalVersions, message }
  }

  /** Makes a stored version, by default the last one put, the one that is to run. */
  async deploy(name: string, version?: string): Promise<DeployResult> {
    const payload = version === undefined ? {} : { version }
    return this.#toDeployResult(
      await this.#ask({ operation: 'deploy', name, payload, schema: m.deployResponseSchema }),
      name,
    )
  }

  /** Ends what runs; all versions stay stored. */
  async undeploy(name: string): Promise<DeployResult> {
    return this.#toDeployResult(
      await this.#ask({ operation: 'undeploy', name, schema: m.deployResponseSchema }),
      name,
    )
  }

  /** Deletes one version or all, and ends what of it runs. */
  async delete(name: string, version?: string): Promise<DeleteResult> {
    const payload = version === undefined ? {} : { version }
    const answer = await this.#ask({ operation: 'del', name, payload, schema: m.deleteResponseSchema })
    return { deleted: answer.result === 'deleted', undeployed: answer.undeploy, message: answer.message }
  }

  /** A stored manifest, by default the one put last. */
  async get(name: string, version?: string): Promise<StoredManifest> {
    const payload = version === undefined ? undefined : { version }
    const answer = await this.#ask({ operation: 'get', name, payload, schema: m.getResponseSchema })
    if (answer.result === 'notfound' || answer.manifest === undefined) throw notFound(answer.message)
    const json = answer.manifest
    return { manifest: decodeManifest(toSourceNode(json as JsonValue)), json }
  }

  /** All applications, sorted by name. */
  async list(): Promise<readonly ApplicationSummary[]> {
    const summaries = await this.#ask({ operation: 'list', schema: m.listResponseSchema })
    return summaries.map((summary) => ({
      name: summary.name,
      version: summary.version,
      description: summary.description ?? undefined,
      deployedVersion: summary.deployed_version ?? undefined,
      status: summary.detailed_status,
    }))
  }

  /** The versions of an application, oldest first. */
  async versions(name: string): Promise<readonly ApplicationVersion[]> {
    const answer = await this.#ask({ operation: 'versions', name, schema: m.versionsResponseSchema })
    if (answer.result === 'notfound') throw notFound(answer.message)
    return answer.versions
  }

  /** How an application stands. An unknown one is `undeployed`, as with wadm: ask versions() to tell. */
  async status(name: string): Promise<ApplicationStatus> {
    const answer = await this.#ask({ operation: 'status', name, schema: m.statusResponseSchema })
    return answer.status ?? { status: { type: 'undeployed', message: '' }, scalers: [] }
  }

  /**
   * The status of an application now, then each one that the manager publishes. Ends with the signal; the caller may just
   * stop reading.
   */
  async *watchStatus(
    name: string,
    { signal }: { readonly signal: AbortSignal },
  ): AsyncGenerator<ApplicationStatus> {
    const subject = statusSubject(this.#connection.lattice, name)
    const published = this.#connection.subscribe(subject, { signal })
    yield await this.status(name)
    for await (const message of published) {
      const parsed = m.statusSchema.safeParse(jsonOf(message))
      if (parsed.success) yield parsed.data
    }
  }

  #toDeployResult(answer: z.infer<typeof m.deployResponseSchema>, name: string): DeployResult {
    if (answer.result === 'notfound') throw notFound(answer.message)
    const { version, revision, message } = answer
    return { name: answer.name || name, version: version ?? undefined, revision, message }
  }

  async #ask<T>(question: {
    readonly operation: ModelOperation
    readonly name?: string
    readonly payload?: unknown
    readonly schema: z.ZodType<T>
  }): Promise<T> {
    const { operation, name, payload, schema } = question
    const subject = modelSubject(this.#connection.lattice, operation, name)
    const json = await this.#request(subject, payload === undefined ? undefined : JSON.stringify(payload))
    const refusal = m.refusalSchema.safeParse(json)
    if (refusal.success) throw refused(refusal.data.message)
    const parsed = schema.safeParse(json)
    if (parsed.success) return parsed.data
    throw new AppError(
      'APP_REQUEST_REFUSED',
      `Cannot read the application manager's answer to "${subject}": ${z.prettifyError(parsed.error)}`,
      { hint: 'Check that the manager speaks the protocol of wadm 0.21' },
    )
  }

  async #request(subject: string, payload: string | undefined): Promise<unknown> {
    try {
      return jsonOf(await this.#connection.request(subject, payload, { timeoutMs: this.#timeoutMs }))
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause
      if (cause.code !== 'LATTICE_NO_RESPONDERS' && cause.code !== 'LATTICE_TIMEOUT') throw cause
      const { lattice, url } = this.#connection
      const what = cause.code === 'LATTICE_TIMEOUT' ? 'answers' : 'listens'
      throw new AppError(
        'APP_MANAGER_UNAVAILABLE',
        `No application manager ${what} in the lattice "${lattice}" at ${url}`,
        { hint: 'washi up -d', cause },
      )
    }
  }
}

function notFound(message: string): AppError {
  return new AppError('APP_NOT_FOUND', message, { hint: 'Run: washi app list' })
}

function refused(message: string): AppError {
  const unsupported = /^Not supported by this version of washi: (.*)$/s.exec(message)?.[1]
  if (unsupported !== undefined) return new AppError('APP_UNSUPPORTED', unsupported)
  const hint = /already exists/.test(message)
    ? 'Change the annotation "version" in the manifest, or deploy with --replace'
    : undefined
  return new AppError('APP_REQUEST_REFUSED', `The application manager refused: ${message}`, { hint })
}
