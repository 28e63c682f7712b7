import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A TCP connection to a NATS server, in its own words: what is not a stock client's doing is tested with it. */
export interface RawNatsClient extends AsyncDisposable {
  readonly socket: Socket
  /** The INFO line. */
  readonly greeting: string
  /** Everything received and not taken yet, as latin1. */
  readonly received: string
  send(text: string): void
  /** Resolves with everything up to and including the first match, and takes that away. */
  read(pattern: RegExp): Promise<string>
  /** Sends PING and resolves with what came before its PONG. */
  sync(): Promise<string>
  /** Resolves with what is left once the server has closed the connection. */
  readonly ended: Promise<string>
}

/** Connects and takes INFO; sends CONNECT with the given options where there are any. */
export async function connectRaw(
  port: number,
  options?: Readonly<Record<string, unknown>>,
): Promise<RawNatsClient> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  const client = createClient(socket)
  client.greeting = await client.read(/^INFO .*\r\n/)
  if (options) {
    client.send(`CONNECT ${JSON.stringify({ verbose: false, pedantic: false, ...options })}\r\n`)
    await client.sync()
  }
  return client
}

function createClient(socket: Socket): RawNatsClient & { greeting: string } {
  let received = ''
  const waiters = new Set<() => void>()
  const wake = (): void => waiters.forEach((waiter) => waiter())
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text
    wake()
  })
  socket.on('error', () => undefined) // 'close' follows, and `ended` tells.
  const ended = new Promise<string>((resolve) => {
    socket.once('close', () => {
      wake()
      resolve(received)
    })
  })
  const read = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const waiter = (): void => {
        const match = pattern.exec(received)
        if (!match && !socket.destroyed) return
        waiters.delete(waiter)
        if (!match)
          return reject(new Error(`Closed before ${String(pattern)}, after: ${JSON.stringify(received)}`))
        const end = match.index + match[0].length
        const taken = received.slice(0, end)
        received = received.slice(end)
        resolve(taken)
      }
      waiters.add(waiter)
      waiter()
    })
  const send = (text: string): void => void socket.write(text, 'latin1')
  return {
    socket,
    greeting: '',
    get received() {
      return received
    },
    send,
    read,
    sync: async () => {
      send('PING\r\n')
      return (await read(/PONG\r\n/)).slice(0, -'PONG\r\n'.length)
    },
    ended,
    [Symbol.asyncDispose]: async () => {
      socket.destroy()
      await ended
    },
  }
}
