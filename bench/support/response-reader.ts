/** Finds the ends of HTTP/1.1 responses in a byte stream; knows Content-Length and chunked bodies, one response at a time. */
export class ResponseReader {
  readonly #onResponse: (status: number) => void
  #head = ''
  #status = 0
  #state: 'head' | 'body' | 'chunk-size' | 'chunk' | 'trailers' = 'head'
  #left = 0
  #line = ''

  constructor(onResponse: (status: number) => void) {
    this.#onResponse = onResponse
  }

  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) at = this.#take(chunk, at)
  }

  #take(chunk: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#takeHead(chunk, at)
      case 'body':
      case 'chunk':
        return this.#takeBytes(chunk, at)
      case 'chunk-size':
      case 'trailers':
        return this.#takeLine(chunk, at)
    }
  }

  #takeHead(chunk: Buffer, at: number): number {
    const before = this.#head.length
    this.#head += chunk.toString('latin1', at)
    const end = this.#head.indexOf('\r\n\r\n')
    if (end < 0) return chunk.length
    const head = this.#head.slice(0, end)
    this.#head = ''
    this.#status = Number(head.slice(9, 12))
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    this.#left = Number(length ?? 0)
    if (length === undefined && /\r\ntransfer-encoding: *chunked/i.test(head)) this.#state = 'chunk-size'
    else if (this.#left > 0) this.#state = 'body'
    else this.#done()
    return at + end + 4 - before
  }

  #takeBytes(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#left, chunk.length - at)
    this.#left -= taken
    if (this.#left === 0) {
      if (this.#state === 'body') this.#done()
      else this.#state = 'chunk-size'
    }
    return at + taken
  }

  #takeLine(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(10, at)
    this.#line += chunk.toString('latin1', at, end < 0 ? undefined : end)
    if (end < 0) return chunk.length
    const line = this.#line.trim()
    this.#line = ''
    if (this.#state === 'trailers') {
      if (line === '') this.#done()
    } else {
      const size = parseInt(line, 16)
      this.#state = size === 0 ? 'trailers' : 'chunk'
      this.#left = size + 2
    }
    return end + 1
  }

  #done(): void {
    this.#state = 'head'
    this.#onResponse(this.#status)
  }
}
