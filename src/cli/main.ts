import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Config } from '@oclif/core/config'
import { leadingWords, readCommandLine } from './argv.js'
import type { CommandLine } from './argv.js'
import type { UsageContext } from './usage-error.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Runs one command line and returns the exit code: 0 done, 1 failed, 2 bad usage or input, 130 interrupted.
 * Whatever goes wrong is printed here, once, in the asked-for format; it never throws.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv)
  ignoreBrokenPipes()
  hideSecrets(line.argv)
  if (isVersionRequest(line.argv)) return printVersion(line)
  const usage: { context: UsageContext | undefined } = { context: undefined }
  try {
    const { Config } = await import('./oclif-config.js')
    const config = await Config.load({ root })
    return await dispatch(config, line, (context) => (usage.context = context))
  } catch (thrown) {
    const { reportFailure } = await import('./report-failure.js')
    return await reportFailure(thrown, line, usage.context)
  }
}

async function dispatch(
  config: Config,
  line: CommandLine,
  onCommand: (usage: UsageContext) => void,
): Promise<number> {
  const argv = [...line.argv]
  if (asksForHelp(argv)) return await showHelp(config, argv, process.stdout)
  const { findCommand } = await import('./find-command.js')
  const commands = config.commands.flatMap(({ id, aliases }) => [id, ...aliases])
  const found = findCommand(argv, { commands })
  if (found.kind === 'none') return await showHelp(config, [], process.stderr, 2)
  if (found.kind === 'group') return await showHelp(config, [found.id], process.stderr, 2)
  const command = config.findCommand(found.id, { must: true })
  onCommand({ command: command.id.replaceAll(':', ' '), flags: Object.keys(command.flags) })
  const loaded = await command.load()
  await loaded.run([...found.argv], config)
  return typeof process.exitCode === 'number' ? process.exitCode : 0
}

/** What others see of this process in a list of processes is then the command alone. */
function hideSecrets(argv: readonly string[]): void {
  const isSecret = argv.some((part) => /^--[a-z-]*(seed|jwt|password)\b|@/.test(part))
  if (isSecret) process.title = ['washi', ...leadingWords(argv).slice(0, 2)].join(' ')
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const own = end < 0 ? argv : argv.slice(0, end)
  return own[0] === 'help' || own.includes('--help') || own.includes('-h')
}

async function showHelp(
  config: Config,
  argv: string[],
  stream: NodeJS.WriteStream,
  exitCode = 0,
): Promise<number> {
  const { Help } = await import('./oclif-help.js')
  class StreamHelp extends Help {
    protected override log(...parts: string[]): void {
      stream.write(`${parts.join(' ')}\n`)
    }
  }
  const { findCommand } = await import('./find-command.js')
  const words = argv[0] === 'help' ? argv.slice(1) : argv.filter((part) => part !== '--help' && part !== '-h')
  const commands = config.commands.flatMap(({ id, aliases }) => [id, ...aliases])
  const found = findCommand(words[0]?.includes(':') ? words[0].split(':') : words, { commands })
  await new StreamHelp(config, { stripAnsi: !stream.isTTY }).showHelp(found.kind === 'none' ? [] : [found.id])
  return exitCode
}

function isVersionRequest(argv: readonly string[]): boolean {
  return argv[0] === '--version' || argv[0] === '-V'
}

function printVersion({ output }: CommandLine): number {
  const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { version: string }
  process.stdout.write(output === 'json' ? `${JSON.stringify({ washi: version })}\n` : `washi ${version}\n`)
  return 0
}

/** `washi app list | head -1` closes the pipe early: what was not printed is not missed, and work goes on to its end. */
function ignoreBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
