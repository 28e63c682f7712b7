import { readFileSync } from 'node:fs'

/** One message of a recorded call. */
export interface RecordedMessage {
  readonly from: 'client' | 'server'
  readonly stream: 'accept' | 'params' | 'results'
  /** Empty for the values. */
  readonly path: string
  readonly payload: Buffer
}

/** A call that was recorded between parties made of the Rust crates. */
export interface RecordedCall {
  readonly instance: string
  readonly function: string
  readonly headers: string
  /** What the first message carried of the parameters. */
  readonly first: Buffer
  /** What followed, in order. */
  readonly messages: readonly RecordedMessage[]
}

/** The prefix of all recorded calls. */
export const recordedPrefix = 'default.svr'

const linePattern = /^(\S+) {2}(?:reply=(\S+) {2})?(?:hdr=(".*?") {2})?\[\d+\] ?(.*)$/

/** Reads the calls of a file of test/fixtures/wrpc. */
export function readRecordedCalls(name: string): RecordedCall[] {
  const text = readFileSync(new URL(`../../fixtures/wrpc/${name}`, import.meta.url), 'utf8')
  const calls: (RecordedCall & { readonly messages: RecordedMessage[]; readonly client: string })[] = []
  const servers = new Map<string, RecordedMessage[]>()
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, subject = '', reply, headers, hex = ''] = linePattern.exec(line) ?? []
    const payload = Buffer.from(hex.replaceAll(' ', ''), 'hex')
    const call = calls.find(({ client }) => subject === client || subject.startsWith(`${client}.`))
    const [, server = '', path = ''] = /^(.*)\.params(?:\.(.*))?$/.exec(subject) ?? []
    if (subject.startsWith(recordedPrefix)) {
      const name = subject.slice(subject.lastIndexOf('.') + 1)
      const instance = subject.slice(`${recordedPrefix}.wrpc.0.0.1.`.length, -name.length - 1)
      const block = headers === undefined ? '' : (JSON.parse(headers) as string)
      calls.push({
        instance,
        function: name,
        headers: block,
        first: payload,
        messages: [],
        client: reply ?? '',
      })
    } else if (call && reply !== undefined) {
      servers.set(reply, call.messages)
      call.messages.push({ from: 'server', stream: 'accept', path: '', payload })
    } else if (call) {
      const [, path = ''] = /\.results(?:\.(.*))?$/.exec(subject) ?? []
      call.messages.push({ from: 'server', stream: 'results', path, payload })
    } else servers.get(server)?.push({ from: 'client', stream: 'params', path, payload })
  }
  return calls
}

/** Everything that was sent on one stream, as one piece. */
export function bytesOf(call: RecordedCall, stream: RecordedMessage['stream'], path: string): Buffer {
  const first = stream === 'params' && path === '' ? [call.first] : []
  const rest = call.messages.filter((each) => each.stream === stream && each.path === path)
  return Buffer.concat([...first, ...rest.map(({ payload }) => payload)])
}
