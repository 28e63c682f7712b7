import type { WrpcFailure, WrpcRequest } from './exchange.js'

/** What can go wrong with a call, in words. */
export class ClientFailures {
  readonly #whom: string
  readonly #what: string

  constructor(prefix: string, { instance, function: name }: Pick<WrpcRequest, 'instance' | 'function'>) {
    this.#whom = `"${prefix.slice(prefix.indexOf('.') + 1)}"`
    this.#what = instance === '' ? name : `${instance}.${name}`
  }

  status(status: number): WrpcFailure {
    if (status === 503) return unavailable(this.#nobody())
    if (status === 408) return { kind: 'deadline', message: `${this.#whom} did not answer in time` }
    return unavailable(`The bus refused the call of ${this.#what}: status ${status}`)
  }

  notSent(reason: string): WrpcFailure {
    return unavailable(`Cannot send the call: ${reason}`)
  }

  headersTooLarge(bytes: number, maxBytes: number): WrpcFailure {
    return badValue(`The headers of the call take ${bytes} bytes; the bus carries ${maxBytes} in a message`)
  }

  notAccepted(): WrpcFailure {
    return unavailable(`${this.#whom} did not accept the call in time`)
  }

  connectionLost(): WrpcFailure {
    return unavailable(`the connection to the bus was lost while ${this.#what} of ${this.#whom} was called`)
  }

  noReplySubject(): WrpcFailure {
    return badValue(`${this.#whom} accepted the call without a reply subject`)
  }

  noAnswerInTime(): WrpcFailure {
    return { kind: 'deadline', message: `${this.#whom} accepted the call and did not answer in time` }
  }

  noAnswer(): WrpcFailure {
    return { kind: 'trap', message: `${this.#whom} failed without an answer; its log has the reason` }
  }

  incomplete(): WrpcFailure {
    return {
      kind: 'trap',
      message: `${this.#whom} failed in the middle of its answer; its log has the reason`,
    }
  }

  unreadable(reason: string): WrpcFailure {
    return badValue(`The answer of ${this.#whom} cannot be read: ${reason}`)
  }

  tooLarge(maxBytes: number): WrpcFailure {
    return badValue(`The answer of ${this.#whom} exceeds ${maxBytes} bytes`)
  }

  notRead(path: string, bytes: number): WrpcFailure {
    return {
      kind: 'cancelled',
      message: `The caller does not read the results at ${path}, and ${bytes} bytes wait for it`,
    }
  }

  /** Where nothing runs nobody listens, nor where what runs exports another version: the bus tells the two not apart. */
  #nobody(): string {
    return `nobody on the lattice answers to ${this.#what} of ${this.#whom}: it does not run, or exports no such function in that version`
  }
}

function unavailable(message: string): WrpcFailure {
  return { kind: 'unavailable', message }
}

function badValue(message: string): WrpcFailure {
  return { kind: 'bad-value', message }
}
