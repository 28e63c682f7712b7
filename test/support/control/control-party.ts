import type { LinkInput, StringMap } from '#washi/lattice/control/schemas.js'

/** A request of the control interface, as both parties take it. */
export type ControlRequest =
  | { readonly operation: 'get-hosts' }
  | { readonly operation: 'get-inventory'; readonly host: string }
  | { readonly operation: 'stop-host'; readonly host: string; readonly timeout_ms?: number }
  | {
      readonly operation: 'auction-component'
      readonly component: string
      readonly reference: string
      readonly constraints: StringMap
    }
  | {
      readonly operation: 'auction-provider'
      readonly provider: string
      readonly reference: string
      readonly constraints: StringMap
    }
  | {
      readonly operation: 'scale-component'
      readonly host: string
      readonly component: string
      readonly reference: string
      readonly count: number
      readonly annotations?: StringMap
      readonly config?: readonly string[]
    }
  | {
      readonly operation: 'update-component'
      readonly host: string
      readonly component: string
      readonly reference: string
    }
  | {
      readonly operation: 'start-provider'
      readonly host: string
      readonly provider: string
      readonly reference: string
      readonly annotations?: StringMap
      readonly config?: readonly string[]
    }
  | { readonly operation: 'stop-provider'; readonly host: string; readonly provider: string }
  | { readonly operation: 'put-label'; readonly host: string; readonly key: string; readonly value: string }
  | { readonly operation: 'delete-label'; readonly host: string; readonly key: string }
  | { readonly operation: 'put-link'; readonly link: LinkInput }
  | {
      readonly operation: 'delete-link'
      readonly source: string
      readonly name: string
      readonly namespace: string
      readonly package: string
    }
  | { readonly operation: 'get-links' }
  | { readonly operation: 'get-claims' }
  | { readonly operation: 'put-config'; readonly name: string; readonly values: StringMap }
  | { readonly operation: 'get-config'; readonly name: string }
  | { readonly operation: 'delete-config'; readonly name: string }
  | {
      readonly operation: 'put-registries'
      readonly registries: Readonly<Record<string, { readonly username: string; readonly password: string }>>
    }

/** What came of a request. */
export type ControlOutcome =
  /** Accepted; the message is empty where the request was a query. */
  | { readonly kind: 'done'; readonly message: string; readonly response?: unknown }
  /** The host's own words. */
  | { readonly kind: 'refused'; readonly message: string }
  /** No host answered, or not what the protocol says. */
  | { readonly kind: 'failed'; readonly error: string }

/** An event as the party read it. */
export interface SeenEvent {
  readonly type: string
  readonly source: string
  readonly data: Readonly<Record<string, unknown>>
}

/** A client of the control interface. Operations that gather have a list of responses. */
export interface ControlParty extends AsyncDisposable {
  ask(request: ControlRequest): Promise<ControlOutcome>
  /** The first event of that type, seen before or not yet, whose data has what is wanted. */
  event(type: string, wanted?: Readonly<Record<string, unknown>>): Promise<SeenEvent>
}

/** A kind of client that every test of the suite runs through. */
export interface ControlPartyKind {
  readonly name: string
  readonly start: (url: string, lattice: string) => Promise<ControlParty>
}

/** Events of one lattice in the order in which they came, and those that wait for one. */
export class SeenEvents {
  readonly #all: SeenEvent[] = []
  #waiting: (() => void)[] = []

  add(event: SeenEvent): void {
    this.#all.push(event)
    for (const wake of this.#waiting.splice(0)) wake()
  }

  async find(type: string, wanted: Readonly<Record<string, unknown>> = {}): Promise<SeenEvent> {
    for (let index = 0; ; index += 1) {
      while (index >= this.#all.length) await new Promise<void>((resolve) => this.#waiting.push(resolve))
      const event = this.#all[index]
      if (event?.type === type && hasAll(event.data, wanted)) return event
    }
  }
}

function hasAll(data: Readonly<Record<string, unknown>>, wanted: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(wanted).every(([key, value]) => data[key] === value)
}
