import { connectRaw, type RawNatsClient } from '../raw-nats-client.js'

/** A message as it is on the wire. */
export interface RawFrame {
  readonly subject: string
  readonly reply: string
  /** The header block, empty where there is none. */
  readonly headers: string
  readonly payload: Buffer
}

/** What to publish. */
export interface RawPublication {
  readonly subject: string
  readonly reply?: string
  readonly headers?: string
  readonly payload?: Uint8Array
}

/** A party that says and hears single messages, byte for byte; it does not hear itself. */
export interface RawPeer extends AsyncDisposable {
  /** Returns once the server knows of it. */
  subscribe(...subjects: string[]): Promise<void>
  publish(publication: RawPublication): void
  next(): Promise<RawFrame>
  /** Everything up to and including the first message that `isLast` says so of. */
  until(isLast: (frame: RawFrame) => boolean): Promise<RawFrame[]>
}

/** Connects a peer. */
export async function connectRawPeer(port: number): Promise<RawPeer> {
  const client = await connectRaw(port, { echo: false, headers: true, no_responders: true })
  let lastSid = 0
  const next = (): Promise<RawFrame> => readFrame(client)
  return {
    subscribe: async (...subjects) => {
      for (const subject of subjects) client.send(`SUB ${subject} ${++lastSid}\r\n`)
      client.send('PING\r\n')
      await client.read(/PONG\r\n/)
    },
    publish: (publication) => client.send(toLines(publication)),
    next,
    until: async (isLast) => {
      const frames: RawFrame[] = []
      for (;;) {
        const frame = await next()
        frames.push(frame)
        if (isLast(frame)) return frames
      }
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  }
}

async function readFrame(client: RawNatsClient): Promise<RawFrame> {
  const line = (await client.read(/^(?:PING\r\n)*H?MSG [^\r]*\r\n/)).replaceAll('PING\r\n', '').trim()
  const [kind, subject = '', , ...rest] = line.split(' ')
  const total = Number(rest.pop())
  const headerLength = kind === 'HMSG' ? Number(rest.pop()) : 0
  const body = await client.read(new RegExp(`^[\\s\\S]{${total}}\\r\\n`))
  return {
    subject,
    reply: rest[0] ?? '',
    headers: body.slice(0, headerLength),
    payload: Buffer.from(body.slice(headerLength, total), 'latin1'),
  }
}

function toLines({ subject, reply, headers = '', payload = new Uint8Array() }: RawPublication): string {
  const to = reply === undefined ? subject : `${subject} ${reply}`
  const body = `${headers}${Buffer.from(payload).toString('latin1')}`
  const sizes = headers === '' ? `${body.length}` : `${headers.length} ${body.length}`
  return `${headers === '' ? 'PUB' : 'HPUB'} ${to} ${sizes}\r\n${body}\r\n`
}
