import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { buildRustProgram } from '../rust-program.js'
import { SeenEvents } from './control-party.js'
import type { ControlOutcome, ControlPartyKind, SeenEvent } from './control-party.js'

/** The crate that wash and wadm are made of; see test/programs/rust-control. Wants cargo. */
export const rustParty: ControlPartyKind = {
  name: 'the crate wasmcloud-control-interface',
  async start(url, lattice) {
    const program = await buildRustProgram('rust-control')
    const child = spawn(program, [url, lattice], { stdio: ['pipe', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    const events = new SeenEvents()
    const waiting = new Map<number, (answer: Printed) => void>()
    createInterface(child.stdout).on('line', (line) => {
      const printed = JSON.parse(line) as Printed
      if (printed.event) events.add({ ...printed.event, type: printed.event.type.split('.').at(-1) ?? '' })
      else waiting.get(printed.id ?? 0)?.(printed)
    })
    let count = 0
    const send = (request: object): Promise<Printed> => {
      const id = (count += 1)
      return new Promise((resolve) => {
        waiting.set(id, resolve)
        child.stdin.write(`${JSON.stringify({ id, ...request })}\n`)
      })
    }
    await send({ operation: 'watch', types: eventTypes })
    return {
      ask: async (request) => toOutcome(await send(request)),
      event: (type, wanted) => events.find(type, wanted),
      async [Symbol.asyncDispose]() {
        child.stdin.end()
        await exited
      },
    }
  },
}

interface Answer {
  readonly success: boolean
  readonly message: string
  readonly response?: unknown
}

/** A line of the program. */
interface Printed {
  readonly id?: number
  readonly answer?: Answer | readonly Answer[]
  readonly error?: string
  readonly event?: SeenEvent
}

function toOutcome({ answer, error }: Printed): ControlOutcome {
  if (answer === undefined) return { kind: 'failed', error: error ?? 'no reason' }
  if (isList(answer)) return { kind: 'done', message: '', response: answer.map(({ response }) => response) }
  if (!answer.success) return { kind: 'refused', message: answer.message }
  const { message, response } = answer
  return { kind: 'done', message, ...(response === undefined ? {} : { response }) }
}

function isList(answer: Answer | readonly Answer[]): answer is readonly Answer[] {
  return Array.isArray(answer)
}

/** Those of wasmCloud 1.9; its clients subscribe one by one. */
const eventTypes = [
  ...['host_started', 'host_stopped', 'host_heartbeat', 'labels_changed', 'config_set', 'config_deleted'],
  ...['component_scaled', 'component_scale_failed', 'linkdef_set', 'linkdef_set_failed', 'linkdef_deleted'],
  ...['provider_started', 'provider_start_failed', 'provider_stopped', 'health_check_passed'],
]
