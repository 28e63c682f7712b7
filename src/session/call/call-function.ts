import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import { createRemoteTarget } from '../../host/calls/remote-target.js'
import type { ControlledLattice } from '../../lattice/operations/controlled-lattice.js'
import { WrpcClient } from '../../lattice/wrpc/client.js'
import { createTupleCodec } from '../../wit/codec/create-tuple-codec.js'
import {
  type ExportedFunction,
  findExportedFunction,
  nameOfFunction,
} from '../../host/calls/exported-function.js'
import type { ValueType } from '../../wit/model.js'
import { findWorld } from './callable.js'
import { callFailed } from './call-failed.js'
import type { FunctionPath } from './function-path.js'
import { readArguments } from './read-arguments.js'
import { invokeWhole } from './whole-answer.js'

/** What to call, and with what. */
export interface CallFunctionOptions {
  readonly componentId: string
  readonly path: FunctionPath
  /** As typed. */
  readonly args: readonly string[]
  readonly linkName: string
  readonly timeoutMs: number
  /** A component file to take the types from. */
  readonly typesFile: string | undefined
  readonly log: Logger
}

/** What a function returned. */
export interface CallResult {
  readonly type: ValueType | undefined
  readonly value: unknown
  /** Whether it is the error side of a result. */
  readonly isError: boolean
}

/**
 * Calls a function of a component that runs somewhere in the lattice. The arguments are checked before anything is sent.
 * Throws USAGE_INVALID, FUNCTION_NOT_FOUND, NOT_RUNNING, CALL_FAILED.
 */
export async function callFunction(
  { connection, control }: ControlledLattice,
  options: CallFunctionOptions,
): Promise<CallResult> {
  const { componentId, path, args, linkName, timeoutMs } = options
  const world = await findWorld(control, options)
  const called = findExportedFunction(world, path.instance, path.name)
  const { params, result } = called.type
  const codec = createTupleCodec(
    params.map(({ type }) => type),
    { what: 'arguments' },
  )
  refuseStreams(called, codec.asyncPaths)
  const encoded = codec.encode(readArguments(called, args))
  const client = new WrpcClient(connection, options.log)
  try {
    const target = createRemoteTarget(client, { lattice: connection.lattice, id: componentId, timeoutMs })
    const request = { instance: called.instance, function: called.type.name, params: encoded }
    const more = {
      sourceId: 'wash',
      linkName,
      asyncParams: [],
      asyncResults: [],
      isVoid: result === undefined,
    }
    const answer = await invokeWhole(target, { ...request, ...more })
    if (!(answer instanceof Uint8Array)) throw callFailed(options, answer)
    return toResult(result, answer)
  } finally {
    await client.close()
  }
}

function refuseStreams(called: ExportedFunction, paths: readonly string[]): void {
  const { result } = called.type
  if (paths.length === 0 && (!result || createTupleCodec([result]).asyncPaths.length === 0)) return
  throw new AppError(
    'FUNCTION_NOT_FOUND',
    `The function ${nameOfFunction(called)} cannot be called from here`,
    {
      hint: 'Its parameters or its result hold streams or futures, which cannot be written as text',
    },
  )
}

function toResult(type: ValueType | undefined, bytes: Uint8Array): CallResult {
  if (type === undefined) return { type, value: undefined, isError: false }
  try {
    const [value] = createTupleCodec([type]).decode(bytes)
    const isError = type.kind === 'result' && (value as { readonly tag: string }).tag === 'err'
    return { type, value, isError }
  } catch (cause) {
    throw new AppError('CALL_FAILED', 'The answer is no value of the type that the function has', {
      cause,
      hint: 'Check that what runs is the same component: washi get inventory',
    })
  }
}
