import { readFileSync } from 'node:fs'

/** A command line of the real wash and how it ended; see test/fixtures/lattice/README.md. */
export interface RecordedCommand {
  readonly argv: readonly string[]
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

const file = new URL('../fixtures/lattice/wash-commands.jsonl', import.meta.url)

/**
 * The command lines of the recorded session, in order; help texts are nobody's to repeat. Each with the name that the
 * table of differences calls it: without `wash`, hosts named alike, and the second one of its kind with ` (2)`.
 */
export function recordedCommands(): readonly (readonly [name: string, recorded: RecordedCommand])[] {
  const counts = new Map<string, number>()
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RecordedCommand)
    .filter(({ argv }) => !argv.includes('--help'))
    .map((recorded) => {
      const name = nameOfCommand(recorded)
      const count = (counts.get(name) ?? 0) + 1
      counts.set(name, count)
      return [count === 1 ? name : `${name} (${count})`, recorded] as const
    })
}

function nameOfCommand({ argv }: RecordedCommand): string {
  return argv
    .slice(1)
    .join(' ')
    .replace(/\bN[A-Z2-7]{55}\b/g, '<host>')
}

/** What is known of the lattice in which a recorded command line is run again. */
export interface Replay {
  readonly hostId: string
  /** Holds the guests, where the recording had /app. */
  readonly folder: string
  /** In place of the HTTP address of the recording. */
  readonly address: string
}

/** The arguments with the host, files and address of this run. The recorded provider archives are embedded providers here. */
export function toArguments({ argv }: RecordedCommand, { hostId, folder, address }: Replay): string[] {
  return argv.slice(1).map((part) =>
    part
      .replace(/^N[A-Z2-7]{55}$/, hostId)
      .replace('file:///app/http-server.par.gz', 'ghcr.io/wasmcloud/http-server:0.27.0')
      .replace('file:///app/keyvalue-nats.par.gz', 'ghcr.io/wasmcloud/keyvalue-nats:0.3.1')
      .replace('file:///app/', `file://${folder}/`)
      .replace(/127\.0\.0\.1:809\d/, address),
  )
}

/** What a command printed, without what differs from run to run: ids, names, times, versions, ports, folders. */
export function normalise(text: string, { folder, address }: Pick<Replay, 'folder' | 'address'>): string {
  return text
    .replaceAll(folder, '/app')
    .replaceAll(address, '<address>')
    .replace(/127\.0\.0\.1:809\d/g, '<address>')
    .replace(/nats:\/\/127\.0\.0\.1:\d+/g, '<nats>')
    .replace(/ghcr\.io\/wasmcloud\/([a-z-]+):[0-9.]+/g, 'file:///app/$1.par.gz')
    .replace(/\bN[A-Z2-7]{55}\b/g, '<host>')
    .replace(/\bA[A-Z2-7]{55}\b/g, '<account>')
    .replace(/\bSA[A-Z2-7]{56}\b/g, '<seed>')
    .replace(/\b[a-z]+-[a-z]+-\d{4}\b/g, '<name>')
    .replace(/(<name>\s+)\d+/g, '$1<uptime>')
    .replace(/("uptime_human": )"[^"]*"/g, '$1"<uptime>"')
    .replace(/("uptime_seconds": )\d+/g, '$1"<uptime>"')
    .replace(/("version": )"[^"]*"/g, '$1"<version>"')
    .replace(/\/(?:home\/user\/\.local\/share\/wash|app\/config)\/keys/g, '<keys>')
    .replace(/\/(?:home\/user\/\.config\/wash|app\/config)\/contexts/g, '<contexts>')
    .replace(/\s+/g, ' ')
    .trim()
}
