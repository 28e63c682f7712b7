import { Command } from '@oclif/core/command'
import { boolean, option } from '@oclif/core/flags'
import { AppError } from '../core/errors.js'
import type { OutputFormat } from './argv.js'
import { processTerminal } from './terminal/terminal.js'

/**
 * What every command has: `-o text|json`, `--debug`, one way to print a result, one way to be interrupted.
 * Errors are not caught here: main() renders them, whichever command they come from.
 */
export abstract class WashiCommand extends Command {
  static override baseFlags = {
    output: option({
      char: 'o',
      options: ['text', 'json'] as const,
      default: 'text' as const,
      summary: 'Print the result as text or as one JSON document.',
      helpGroup: 'GLOBAL',
      env: 'WASHI_OUTPUT',
    })(),
    experimental: boolean({
      hidden: true,
      summary: 'Of no effect: nothing is experimental. Here for command lines of wash.',
      helpGroup: 'GLOBAL',
    }),
    debug: boolean({
      summary: 'Print the stack of unexpected errors.',
      helpGroup: 'GLOBAL',
      env: 'WASHI_DEBUG',
    }),
  }

  protected readonly terminal = processTerminal()
  #interruption: AbortController | undefined

  /** Prints the result to standard output, in JSON with `success: true` added, and returns it. */
  protected finish<Result extends object>(output: OutputFormat, result: Result, text: string): Result {
    this.finishRaw(output, { ...result, success: true }, text)
    return result
  }

  /** As finish(), with the JSON exactly as given: for results whose keys are the user's own. */
  protected finishRaw<Result extends object>(output: OutputFormat, result: Result, text: string): Result {
    if (output === 'json') this.terminal.print(JSON.stringify(result, undefined, 2))
    else if (text !== '') this.terminal.print(text)
    return result
  }

  /** Aborts with INTERRUPTED at the first SIGINT or SIGTERM; a second one ends the process at once. */
  protected get interruption(): AbortSignal {
    if (this.#interruption) return this.#interruption.signal
    const controller = new AbortController()
    const interrupt = (signal: NodeJS.Signals): void =>
      controller.abort(new AppError('INTERRUPTED', `Interrupted by ${signal}`))
    process.once('SIGINT', interrupt)
    process.once('SIGTERM', interrupt)
    this.#interruption = controller
    return controller.signal
  }

  protected override catch(error: Error): Promise<never> {
    const signal = this.#interruption?.signal
    throw signal?.aborted ? signal.reason : error
  }
}
