import { fileURLToPath } from 'node:url'
import { resolve } from 'node:path'
import { describeComponent } from '../component/describe-component.js'
import { loadComponent as readComponent } from '../component/references/load-component.js'
import { createLogger } from '../core/log.js'
import type { EngineChoice } from '../host/engine/engine-choice.js'
import type {
  GuestLimits,
  GuestLogLine,
  InstancePolicy,
  Preopen,
  SecretValue,
} from '../host/engine/guest-pool.js'
import type { AnyExports, ExportTypes } from '../session/call/typed-exports.js'
import { startGuestPool } from '../host/engine/start-guest-pool.js'
import { FakeCalls } from './fake-calls.js'
import { sortFakes, type FakeImports } from './fake-imports.js'
import { LogBook } from './log-book.js'
import { TestComponent } from './test-component.js'

/** How a component is loaded. */
export interface LoadOptions {
  /** What stands for its imports that washi does not serve by itself. */
  readonly imports?: FakeImports | undefined
  /** Values of wasi:config. */
  readonly config?: Readonly<Record<string, string>> | undefined
  /** Values of wasmcloud:secrets. */
  readonly secrets?: Readonly<Record<string, string | Uint8Array>> | undefined
  /** Directories of wasi:filesystem. Default: none. */
  readonly preopens?: readonly Preopen[] | undefined
  /** Default `fresh`: each call meets a new instance. */
  readonly instancePolicy?: InstancePolicy | undefined
  readonly limits?: Partial<GuestLimits> | undefined
  /** What the component is called in messages. Default `component`. */
  readonly name?: string | undefined
  /** Default: washi's own. */
  readonly engine?: EngineChoice | undefined
}

const defaultLimits: GuestLimits = {
  maxInstances: 16,
  maxQueued: 10_000,
  maxMemoryBytes: 256 * 1024 * 1024,
  deadlineMs: 30_000,
}

/** Threads of one component: enough for calls that wait for each other in a test. */
const maxThreads = 4

/**
 * Loads a component from a file (path or URL) or from its bytes and instantiates it once, so that a test can call it.
 * Throws what says why it cannot run: COMPONENT_NOT_FOUND, COMPONENT_INVALID, COMPONENT_IMPORTS_MISSING with every import
 * that nothing stands for, FAKE_INVALID, COMPONENT_START_FAILED.
 */
export async function loadComponent<Types extends ExportTypes = AnyExports>(
  source: string | URL | Uint8Array,
  options: LoadOptions = {},
): Promise<TestComponent<Types>> {
  const bytes = source instanceof Uint8Array ? source : await readComponent(toReference(source))
  const { world } = describeComponent(bytes)
  const book = new LogBook<GuestLogLine>()
  const calls = new FakeCalls(world, sortFakes(world, options.imports ?? {}), (message) =>
    book.add({ stream: 'logging', level: 'error', context: 'washi/testing', message }),
  )
  const { config = {}, secrets = {} } = options
  const pool = await startGuestPool({
    componentId: options.name ?? 'component',
    bytes,
    limits: { ...defaultLimits, ...options.limits },
    instancePolicy: options.instancePolicy ?? 'fresh',
    engine: options.engine,
    config: () => config,
    secrets: Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, toSecret(value)])),
    preopens: options.preopens,
    linked: calls,
    onLog: (line) => book.add(line),
    log: createLogger({
      level: 'error',
      now: () => 0,
      write: ({ message }) => calls.noteFailure(message),
    }),
    maxThreads,
  })
  return new TestComponent<Types>({ pool, book, explain: calls.explain })
}

function toReference(source: string | URL): string {
  const isUrl = typeof source !== 'string' || source.startsWith('file:')
  return `file://${isUrl ? fileURLToPath(source) : resolve(source)}`
}

function toSecret(value: string | Uint8Array): SecretValue {
  return typeof value === 'string' ? { tag: 'string', val: value } : { tag: 'bytes', val: value }
}
