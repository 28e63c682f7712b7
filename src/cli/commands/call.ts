import { string as stringArg } from '@oclif/core/args'
import { AppError } from '../../core/errors.js'
import { silentLogger } from '../../core/log.js'
import type { OutputFormat } from '../argv.js'
import { WashiCommand } from '../base-command.js'
import { callFlags, type HttpCallFlags } from '../flags/call-flags.js'
import { latticeFlags, type LatticeFlags } from '../flags/lattice-flags.js'
import { mergeRpcFlags, rpcFlags } from '../flags/rpc-flags.js'
import { typedArguments } from '../typed-arguments.js'

const httpFunction = /^(wasi|wrpc):http\/incoming-handler(@[0-9.]+)?\.handle$/

export default class Call extends WashiCommand {
  static override summary = 'Call a function of a running component.'
  static override description = `Arguments are WAVE text or JSON and are checked against the function's types before the call:
  washi call adder demo:math/add.add 40 2
  washi call shop demo:shop/orders.put '{id: "a-1", items: [("pen", 2)]}'
For wasi:http/incoming-handler.handle the request is what the HTTP flags say.`
  static override strict = false
  static override args = {
    'component-id': stringArg({ required: true, description: 'Id of the component in the lattice.' }),
    function: stringArg({
      required: true,
      description:
        'namespace:package/interface.function, with or without version; or a function of the world.',
    }),
  }
  static override flags = { ...latticeFlags, ...rpcFlags, ...callFlags }

  async run(): Promise<object> {
    const { args, flags: given, raw } = await this.parse(Call)
    const flags = mergeRpcFlags(given)
    const { parseComponentId } = await import('../../lattice/ids.js')
    const componentId = parseComponentId(args['component-id'])
    if (httpFunction.test(args.function)) return await this.#request(componentId, flags)
    const { parseFunctionPath } = await import('../../session/call/function-path.js')
    const { withLattice } = await import('../with-lattice.js')
    const { callFunction } = await import('../../session/call/call-function.js')
    const { renderCallResult, toCallDocument } = await import('../render/call.js')
    const path = parseFunctionPath(args.function)
    const result = await withLattice(flags, (lattice) =>
      callFunction(lattice, {
        componentId,
        path,
        args: typedArguments({ raw }).slice(2),
        linkName: flags['link-name'],
        timeoutMs: flags['timeout-ms'],
        typesFile: flags.wit,
        log: silentLogger,
      }),
    )
    const text = renderCallResult(result)
    if (!result.isError) return this.finish(flags.output, toCallDocument(result), text)
    throw new AppError('CALL_RETURNED_ERROR', `The function returned an error: ${text}`)
  }

  async #request(componentId: string, flags: LatticeFlags & HttpCallFlags & RequestFlags): Promise<object> {
    const { readHttpCall, writeChunk } = await import('../read-http-call.js')
    const { withLattice } = await import('../with-lattice.js')
    const { callHttp } = await import('../../session/call/call-http.js')
    const { extractJson, toHttpDocument } = await import('../render/call.js')
    const isStreamed = flags['http-response-body'] && flags.output === 'text'
    const request = {
      ...(await readHttpCall(componentId, flags)),
      onChunk: isStreamed ? writeChunk : undefined,
    }
    const answer = await withLattice(flags, (lattice) => callHttp(lattice, request))
    if (isStreamed) {
      if (answer.status >= 400) this.terminal.printError(`warning: answered with status ${answer.status}`)
      return { response: { status: answer.status } }
    }
    const response = flags['http-response-extract-json'] ? extractJson(answer) : toHttpDocument(answer)
    return this.finish(flags.output, { response }, JSON.stringify(response, undefined, 2))
  }
}

interface RequestFlags {
  readonly 'http-response-body': boolean
  readonly output: OutputFormat
  readonly 'http-response-extract-json': boolean
}
