import type { ReachedLattice } from '../with-lattice.js'
import type { LiveValues, ValueKind } from './complete.js'

/** Somebody waits with a finger on the tabulator. */
const timeoutMs = 600

/** Values of the lattice that commands would talk to, and of this machine; none where something cannot be reached. */
export const liveValues: LiveValues = {
  async of(kind, before) {
    try {
      return await read(kind, before)
    } catch {
      return [] // a shell has no place for an error here
    }
  },
}

async function read(kind: ValueKind, before: readonly string[]): Promise<readonly string[]> {
  switch (kind) {
    case 'context': {
      const { listContexts } = await import('../../session/contexts/context-folders.js')
      const { contextFolders } = await import('../context-folders.js')
      return (await listContexts(contextFolders(undefined))).contexts
    }
    case 'key': {
      const { listKeys } = await import('../../session/keys/key-folder.js')
      const { ownKeyFolder } = await import('../../session/user-folders.js')
      const { directorySources } = await import('../directory-sources.js')
      return await listKeys(ownKeyFolder(directorySources()))
    }
    case 'template': {
      const { templates } = await import('../../project/templates.js')
      return templates.map(({ name }) => name)
    }
    default:
      return await readLattice(kind, before)
  }
}

async function readLattice(
  kind: Exclude<ValueKind, 'context' | 'key' | 'template'>,
  before: readonly string[],
): Promise<readonly string[]> {
  const { withLattice } = await import('../with-lattice.js')
  const nothing = { 'ctl-host': undefined, 'ctl-port': undefined, lattice: undefined }
  const flags = { ...nothing, 'js-domain': undefined, context: undefined, 'timeout-ms': timeoutMs }
  return await withLattice(fromEnvironment(flags), (lattice) => readFrom(lattice, kind, before))
}

/** Flags have their variables read by the parser, which does not run here. */
function fromEnvironment<F extends object>(flags: F): F {
  const { env } = process
  const port = Number(env['WASMCLOUD_CTL_PORT'])
  return {
    ...flags,
    'ctl-host': env['WASMCLOUD_CTL_HOST'],
    'ctl-port': port > 0 ? port : undefined,
    lattice: env['WASMCLOUD_LATTICE'],
    context: env['WASHI_CONTEXT'],
  }
}

async function readFrom(
  { connection, control }: ReachedLattice,
  kind: Exclude<ValueKind, 'context' | 'key' | 'template'>,
  before: readonly string[],
): Promise<readonly string[]> {
  switch (kind) {
    case 'host':
      return (await control.listHosts()).map(({ id }) => id)
    case 'component':
    case 'provider':
    case 'party': {
      const { getInventories } = await import('../../lattice/operations/get-inventories.js')
      const inventories = await getInventories(control)
      const components = kind === 'provider' ? [] : inventories.flatMap((each) => each.components)
      const providers = kind === 'component' ? [] : inventories.flatMap((each) => each.providers)
      return [...components, ...providers].map(({ id }) => id)
    }
    case 'application': {
      const { ApplicationsClient } = await import('../../apps/api/applications-client.js')
      return (await new ApplicationsClient(connection, { timeoutMs }).list()).map(({ name }) => name)
    }
    case 'link-name':
      return (await control.getLinks()).map(({ name }) => name)
    case 'config':
      return (await control.getLinks()).flatMap((link) => [...link.source_config, ...link.target_config])
    case 'function':
      return await readFunctions(control, before[0] ?? '')
    default:
      return kind satisfies never
  }
}

async function readFunctions(
  control: ReachedLattice['control'],
  componentId: string,
): Promise<readonly string[]> {
  const { findWorld } = await import('../../session/call/callable.js')
  const { listExportedFunctions, nameOfFunction } = await import('../../host/calls/exported-function.js')
  return listExportedFunctions(await findWorld(control, { componentId, typesFile: undefined })).map(
    nameOfFunction,
  )
}
