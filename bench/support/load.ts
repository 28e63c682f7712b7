// A closed-loop HTTP load on raw sockets, in a process of its own: node --import tsx bench/support/load.ts OPTIONS-AS-JSON
// Prints one JSON line with what was measured. Raw, because a client library would cost more than what is measured.
import { connect, type Socket } from 'node:net'
import { ResponseReader } from './response-reader.js'

export interface LoadOptions {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly method?: string
  /** Length of the body, of letters. */
  readonly bodyBytes?: number
  readonly connections: number
  readonly warmUpMs: number
  readonly durationMs: number
}

export interface LoadResult {
  readonly requests: number
  readonly errors: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50Us: number
  readonly p99Us: number
}

async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '') as LoadOptions
  const load = new Load(options)
  console.log(JSON.stringify(await load.run()))
}

class Load {
  readonly #options: LoadOptions
  readonly #request: Buffer
  readonly #latencies: number[] = []
  #errors = 0
  #isMeasuring = false
  #isOver = false

  constructor(options: LoadOptions) {
    this.#options = options
    const { method = 'GET', path, host, port, bodyBytes = 0 } = options
    const body = 'x'.repeat(bodyBytes)
    const length = bodyBytes === 0 ? '' : `Content-Length: ${bodyBytes}\r\n`
    this.#request = Buffer.from(
      `${method} ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nAccept: */*\r\n${length}\r\n${body}`,
    )
  }

  async run(): Promise<LoadResult> {
    const { connections, warmUpMs, durationMs } = this.#options
    const loops = Array.from({ length: connections }, () => this.#loop())
    await pass(warmUpMs)
    this.#isMeasuring = true
    const begin = performance.now()
    await pass(durationMs)
    this.#isMeasuring = false
    const seconds = (performance.now() - begin) / 1000
    this.#isOver = true
    await Promise.all(loops)
    const sorted = Float64Array.from(this.#latencies).sort()
    const at = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 1000)
    const requests = sorted.length
    return {
      requests,
      errors: this.#errors,
      seconds,
      perSecond: requests / seconds,
      p50Us: at(0.5),
      p99Us: at(0.99),
    }
  }

  /** Runs one connection until the end, and opens another where the server closed it. */
  async #loop(): Promise<void> {
    while (!this.#isOver) {
      await this.#connection().catch(() => {
        this.#errors += 1
        return pass(20)
      })
    }
  }

  #connection(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket: Socket = connect({ host: this.#options.host, port: this.#options.port, noDelay: true })
      let sentAt = 0
      let isWaiting = false
      const send = (): void => {
        if (this.#isOver) {
          socket.destroy()
          return resolve()
        }
        sentAt = performance.now()
        isWaiting = true
        socket.write(this.#request)
      }
      const reader = new ResponseReader((status) => {
        isWaiting = false
        if (status !== 200) this.#errors += 1
        else if (this.#isMeasuring) this.#latencies.push(performance.now() - sentAt)
        send()
      })
      socket.on('connect', send)
      socket.on('data', (chunk: Buffer) => reader.push(chunk))
      socket.on('error', reject)
      socket.on('close', () => (isWaiting && !this.#isOver ? reject(new Error('closed early')) : resolve()))
    })
  }
}

function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

await main()
