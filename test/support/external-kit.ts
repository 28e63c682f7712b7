import { readdir } from 'node:fs/promises'
import { createLogger, type LogRecord } from '#washi/core/log.js'
import { engineRuntime } from '#washi/host/components/engine-runtime.js'
import type { ProviderTimings } from '#washi/host/providers/provider-timings.js'
import { startEmbeddedBus } from './embedded-bus.js'
import { startHostKit, type HostKit, type HostKitOptions } from './host-kit.js'
import { writeProviderFile } from './provider-file.js'
import { makeTempFolder } from './temp-folder.js'

/** A host on a bus of its own, whose external providers and log a test sees. */
export interface ExternalKit extends AsyncDisposable {
  readonly kit: HostKit
  readonly url: string
  readonly folder: string
  readonly log: LogRecord[]
  /** Writes a program that may use washi/provider, and returns its path. */
  write(text: string): Promise<string>
  /** Starts a provider; resolves with undefined once it runs, else with why not. */
  start(id: string, reference: string, config?: readonly string[]): Promise<string | undefined>
  /** Whether the log has, or gets, a line with that text. */
  said(text: string): Promise<LogRecord>
  /** Process ids of the providers that run, as the host has them on record. */
  pids(): Promise<readonly number[]>
}

/** What is quick enough for tests, and slow enough for a busy machine. */
const timings: Partial<ProviderTimings> = { restartPauseMs: 10, maxRestartPauseMs: 10, shutdownMs: 5_000 }

/** Starts the bus and the host. */
export async function startExternalKit(
  options: Partial<HostKitOptions> & { readonly latticeName?: string } = {},
): Promise<ExternalKit> {
  const bus = await startEmbeddedBus()
  const folder = await makeTempFolder()
  const log: LogRecord[] = []
  const files: AsyncDisposable[] = []
  const { path } = folder
  const kit = await startHostKit({
    url: bus.url,
    runtime: engineRuntime,
    providerFolders: { programs: `${path}/programs`, processes: `${path}/processes` },
    log: createLogger({ level: 'debug', now: () => 0, write: (record) => void log.push(record) }),
    ...options,
    providerTimings: { ...timings, ...options.providerTimings },
  })
  return {
    ...{ kit, url: bus.url, folder: path, log },
    async write(text) {
      const file = await writeProviderFile(text)
      files.push(file)
      return file.path
    },
    async start(id, reference, config = []) {
      const from = kit.events.all.length
      const request = { provider_id: id, provider_ref: reference, config: [...config] }
      await kit.client.startProvider(kit.host.id, request)
      return await Promise.race([
        kit.events
          .next('provider_started', ({ data }) => data.provider_id === id, from)
          .then(() => undefined),
        kit.events
          .next('provider_start_failed', ({ data }) => data.provider_id === id, from)
          .then(({ data }) => data.error),
      ])
    },
    async said(text) {
      for (let waited = 0; waited < 2_000; waited += 1) {
        const found = log.find(({ message }) => message.includes(text))
        if (found) return found
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      throw new Error(`the log never said "${text}", but:\n${log.map(({ message }) => message).join('\n')}`)
    },
    pids: () => readPids(`${path}/processes`),
    async [Symbol.asyncDispose]() {
      await kit[Symbol.asyncDispose]()
      await bus[Symbol.asyncDispose]()
      for (const file of files) await file[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** The processes that a folder of records names. */
export async function readPids(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => name.endsWith('.json')).map((name) => Number.parseInt(name, 10))
}
