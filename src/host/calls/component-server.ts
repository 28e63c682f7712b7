import type { Logger } from '../../core/log.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import type { ServedFunction } from '../../lattice/wrpc/served-function.js'
import { WrpcServer } from '../../lattice/wrpc/server.js'
import { wrpcPrefix } from '../../lattice/wrpc/subjects.js'
import { createCompletionScanner } from '../../wit/codec/completion-scanner.js'
import { incomingHandler } from '../../wit/wire/http.js'
import { wireFunction } from '../../wit/wire/wire-interface.js'
import { unversioned } from '../../wit/interface-name.js'
import type { ValueType, World } from '../../wit/model.js'
import { isCallable } from '../engine/callable-functions.js'
import { findMappedExport } from '../engine/mapped-exports.js'
import type { RpcTarget } from '../rpc-exchange.js'
import { httpPaths } from './http-wire.js'

/** Answers calls from the lattice until it is closed. */
export interface ComponentServing {
  /** Takes no further calls and ends those that it has, at most after `graceMs`. */
  close(graceMs?: number): Promise<void>
}

/** Serves what a component exports, on the subjects of its id. */
export type ServeComponent = (component: {
  readonly id: string
  readonly world: World
  readonly target: RpcTarget
}) => ComponentServing

/** Serves the components of one host. */
export function createComponentServer(connection: LatticeConnection, log: Logger): ServeComponent {
  return ({ id, world, target }) =>
    new WrpcServer(connection, {
      prefix: wrpcPrefix(connection.lattice, id),
      functions: servedFunctions(world),
      target,
      log: log.child({ component: id }),
    })
}

/** The functions of a component as the lattice calls them: those with another form on the wire under its names. */
export function servedFunctions(world: World): readonly ServedFunction[] {
  return world.exports.flatMap((item): readonly ServedFunction[] => {
    if (item.kind === 'function') return [serveSync('', item.function)]
    if (unversioned(item.name) === 'wasi:http/incoming-handler') return [httpHandler]
    const mapped = findMappedExport(item.name)
    if (mapped) return mapped.wire.functions.map((each) => serveSync(mapped.wire.name, each))
    return item.functions.filter(isCallable).map((each) => serveSync(item.name, each))
  })
}

const httpHandler: ServedFunction = {
  instance: incomingHandler.name,
  function: 'handle',
  asyncParams: httpPaths,
  asyncResults: httpPaths,
  createScanner: () =>
    createCompletionScanner(wireFunction(incomingHandler, 'handle').params.map(({ type }) => type)),
}

function serveSync(
  instance: string,
  { name, params }: { readonly name: string; readonly params: readonly { readonly type: ValueType }[] },
): ServedFunction {
  const types = params.map(({ type }) => type)
  const createScanner = () => createCompletionScanner(types)
  return { instance, function: name, asyncParams: [], asyncResults: [], createScanner }
}
