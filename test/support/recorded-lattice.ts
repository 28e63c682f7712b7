import { readdirSync, readFileSync } from 'node:fs'

/** A message of a recording; see test/fixtures/lattice/README.md. */
export interface RecordedMessage {
  readonly subject: string
  readonly reply?: string
  readonly json?: unknown
  readonly text?: string
}

/** A request with the answer that the real host gave, and the events until the next request. */
export interface RecordedExchange {
  readonly step: string
  readonly request: RecordedMessage
  readonly answer: RecordedMessage | undefined
  readonly events: readonly RecordedMessage[]
}

const folder = new URL('../fixtures/lattice/host/', import.meta.url)

/** The steps of the recorded session, in order. */
export function recordedSteps(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
}

export function readStep(step: string): readonly RecordedMessage[] {
  return readFileSync(new URL(step, folder), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RecordedMessage)
}

/** The control requests of a step with their answers and events. */
export function readExchanges(step: string): readonly RecordedExchange[] {
  const messages = readStep(step)
  const starts = messages.flatMap((message, index) => (isControl(message) ? [index] : []))
  return starts.map((start, index) => {
    const request = messages[start] as RecordedMessage
    const rest = messages.slice(start + 1, starts[index + 1])
    const answer = rest.find(({ subject }) => subject === request.reply)
    return { step, request, answer, events: rest.filter(isEvent) }
  })
}

/** The events of all steps. */
export function recordedEvents(): readonly RecordedMessage[] {
  return recordedSteps().flatMap((step) => readStep(step).filter(isEvent))
}

function isControl({ subject }: RecordedMessage): boolean {
  return subject.startsWith('wasmbus.ctl.')
}

function isEvent({ subject, reply }: RecordedMessage): boolean {
  return subject.startsWith('wasmbus.evt.') && reply === undefined
}
