import { createDeferred } from '../../../core/deferred.js'
import { AppError, messageOf } from '../../../core/errors.js'
import { createThinnedLogger } from '../../../core/thinned-logger.js'
import type { LatticeConnection } from '../../../lattice/connection.js'
import { createXkey } from '../../../lattice/secrets/xkey.js'
import type { Xkey } from '../../../lattice/secrets/xkey.js'
import {
  healthAnswerSchema,
  linkAnswerSchema,
  type HealthAnswer,
} from '../../../lattice/provider-protocol/health-answer.js'
import { encodeHostData } from '../../../lattice/provider-protocol/host-data.js'
import type { Provider, ProviderContext, ProviderHealth, ProviderLink } from '../../provider.js'
import { sameProviderLink } from '../provider-link.js'
import type { ExternalSurroundings } from './external-surroundings.js'
import { toDeletedLink, toLinkMessage, toWireSecrets } from './link-values.js'
import type { ProviderProgram } from './provider-program.js'
import { startProviderProcess } from './provider-process.js'
import type { ProviderProcess } from './provider-process.js'

/** A provider in a process of its own, which speaks the provider protocol of wasmCloud 1.x. */
export class ExternalProvider implements Provider {
  readonly ended: Promise<string>
  // Providers of that id on other hosts would lose their links with this one's.
  readonly stopsWithLinks = true
  readonly #program: ProviderProgram
  readonly #context: ProviderContext
  readonly #host: ExternalSurroundings
  readonly #providerKey: Xkey = createXkey()
  readonly #ended = createDeferred<string>()
  /** Links that it was given at its start, or since. */
  readonly #links = new Map<string, ProviderLink>()
  #process: ProviderProcess | undefined
  #answersLinks = false
  #isStopping = false

  constructor(program: ProviderProgram, context: ProviderContext, host: ExternalSurroundings) {
    this.#program = program
    this.#context = context
    this.#host = host
    this.ended = this.#ended.promise
  }

  /** Resolves once the provider has answered, which it does when it has taken the links of its start. */
  async start(): Promise<void> {
    const { log } = this.#context
    const input = encodeHostData(await this.#hostData())
    const { command } = this.#program
    const { env, records, clock } = this.#host
    const process = await startProviderProcess({
      ...{ command, env, input, records },
      log: createThinnedLogger(log, { clock }),
    })
    this.#process = process
    void process.exited.then((how) => {
      if (!this.#isStopping) this.#ended.resolve(`it ${how}`)
    })
    await this.#untilReady(process)
    // As real hosts do, once.
    this.#publish(this.#subjects.providerConfigUpdate(this.#id), this.#context.config)
  }

  async linkAsSource(link: ProviderLink): Promise<void> {
    await this.#put(link)
  }

  async linkAsTarget(link: ProviderLink): Promise<void> {
    await this.#put(link)
  }

  async unlink(link: ProviderLink): Promise<void> {
    this.#links.delete(keyOf(link))
    this.#publish(this.#subjects.providerLinkDelete(this.#id), toDeletedLink(link))
    await this.#host.connection.flush()
  }

  async configure({ config }: Pick<ProviderContext, 'config'>): Promise<void> {
    this.#publish(this.#subjects.providerConfigUpdate(this.#id), config)
    await this.#host.connection.flush()
  }

  async health(): Promise<ProviderHealth> {
    const { healthy, message } = await this.#ask()
    return { healthy, message: message ?? undefined }
  }

  /** Asks it to end, and ends it where it does not. */
  async stop(): Promise<void> {
    this.#isStopping = true
    const process = this.#process
    this.#process = undefined
    if (!process) return
    const { connection, hostId, shutdownMs, log } = this.#host
    const body = JSON.stringify({ host_id: hostId })
    const asked = connection
      .request(this.#subjects.providerShutdown(this.#id), body, { timeoutMs: shutdownMs })
      .then(() => true)
      .catch(() => false)
    const isAsked = await Promise.race([asked, process.exited.then(() => true)])
    if (!isAsked) log.warn('a provider does not answer to its shutdown', { provider: this.#id })
    else if (!(await this.#exitsInTime(process))) {
      log.warn('a provider does not end after its shutdown', { provider: this.#id })
    }
    await process.kill()
  }

  get #id(): string {
    return this.#context.providerId
  }

  get #subjects(): LatticeConnection['subjects'] {
    return this.#host.connection.subjects
  }

  async #hostData() {
    const { connection, hostId, key, otel } = this.#host
    const { config, secrets } = this.#context
    const links = await this.#context.links()
    for (const link of links) this.#links.set(keyOf(link), link)
    return {
      host_id: hostId,
      lattice_rpc_prefix: connection.lattice,
      link_name: 'default',
      ...loginOf(connection),
      provider_key: this.#id,
      env_values: {},
      instance_id: crypto.randomUUID(),
      link_definitions: links.map((link) => this.#toMessage(link)),
      cluster_issuers: [],
      config: { ...config },
      secrets: toWireSecrets(secrets),
      host_xkey_public_key: key.publicKey,
      provider_xkey_private_key: this.#providerKey.seed,
      default_rpc_timeout_ms: rpcTimeoutMs,
      structured_logging: false,
      log_level: 'info',
      otel_config: otel,
    }
  }

  async #untilReady(process: ProviderProcess): Promise<void> {
    let hasExited = false
    const exited = process.exited.then((how) => {
      hasExited = true
      throw new AppError('PROVIDER_START_FAILED', `The provider ${how}`)
    })
    exited.catch(() => undefined)
    while (!hasExited) {
      const answer = await Promise.race([this.#ask().catch(() => undefined), exited])
      if (answer) {
        this.#answersLinks = answer.answers_links === true
        return
      }
      await Promise.race([this.#pause(), exited])
    }
  }

  /** Not by the clock of the host: nothing happens between two questions. */
  #pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, askAgainMs))
  }

  async #ask(): Promise<HealthAnswer> {
    const { connection } = this.#host
    const subject = this.#subjects.providerHealth(this.#id)
    const { payload } = await connection.request(subject, '', { timeoutMs: rpcTimeoutMs })
    return healthAnswerSchema.parse(JSON.parse(new TextDecoder().decode(payload)))
  }

  async #put(link: ProviderLink): Promise<void> {
    const known = this.#links.get(keyOf(link))
    // Told at its start already; those who answer are asked all the same, for what became of it.
    if (known && sameProviderLink(known, link) && !this.#answersLinks) return
    const subject = this.#subjects.providerLinkPut(this.#providerKey.publicKey)
    const message = JSON.stringify(this.#toMessage(link))
    this.#links.set(keyOf(link), link)
    const { connection } = this.#host
    if (this.#answersLinks) return await this.#requireTaken(subject, message)
    connection.publish(subject, message)
    await connection.flush()
  }

  async #requireTaken(subject: string, message: string): Promise<void> {
    const { payload } = await this.#host.connection.request(subject, message, { timeoutMs: linkAnswerMs })
    const { error } = linkAnswerSchema.parse(JSON.parse(new TextDecoder().decode(payload)))
    if (error !== undefined) throw new AppError('LINK_REFUSED', error)
  }

  #toMessage(link: ProviderLink) {
    return toLinkMessage(link, { key: this.#host.key, peer: this.#providerKey.publicKey })
  }

  #publish(subject: string, message: object): void {
    try {
      this.#host.connection.publish(subject, JSON.stringify(message))
    } catch (failure) {
      this.#context.log.warn('cannot tell a provider', { subject, reason: messageOf(failure) })
    }
  }

  async #exitsInTime(process: ProviderProcess): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), this.#host.shutdownMs)
    })
    return await Promise.race([process.exited.then(() => true), late]).finally(() => clearTimeout(timer))
  }
}

const rpcTimeoutMs = 2_000
const linkAnswerMs = 10_000
const askAgainMs = 50

/** As far as the protocol can say it: a token, or a password in the address. */
function loginOf({ url, access: { login } }: LatticeConnection) {
  const none = { lattice_rpc_user_jwt: '', lattice_rpc_user_seed: '', lattice_rpc_url: url }
  switch (login?.kind) {
    case 'jwt':
      return { ...none, lattice_rpc_user_jwt: login.jwt, lattice_rpc_user_seed: login.seed }
    case 'password': {
      const address = new URL(url)
      address.username = encodeURIComponent(login.user)
      address.password = encodeURIComponent(login.password)
      return { ...none, lattice_rpc_url: address.href }
    }
    default:
      return none
  }
}

function keyOf({ sourceId, target, name, witNamespace, witPackage }: ProviderLink): string {
  return JSON.stringify([sourceId, target, name, witNamespace, witPackage])
}
