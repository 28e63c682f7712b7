import { AppError, messageOf } from '../../core/errors.js'
import type { LatticeMessage } from '../../lattice/message.js'
import { errorChain } from '../error-chain.js'
import { refuse } from './answer.js'
import type { Answer } from './answer.js'
import { UnreadableRequest } from './request.js'
import { routeRequest } from './route-request.js'
import type { ControlSurroundings } from './surroundings.js'

/** Requests that are worked on at a time; further ones wait in their subscriptions. */
const maxConcurrent = 64

/** A control server that answers until its signal. */
export interface ControlServer {
  /** Resolves when the last request has been answered after the end; never rejects. */
  readonly ended: Promise<void>
}

/**
 * Answers the control interface for one host until the signal. Whatever a message holds, it is answered, and the server
 * goes on. Subscribed, as far as the server is concerned, when it resolves.
 */
export async function startControlServer(
  host: ControlSurroundings,
  { signal }: { readonly signal: AbortSignal },
): Promise<ControlServer> {
  const slots = createSlots(maxConcurrent)
  const loops = host.connection.subjects
    .hostSubscriptions(host.state.hostId, host.auctions)
    .map(({ subject, queue }) => host.connection.subscribe(subject, { queue, signal }))
    .map((messages) => serve(host, messages, slots))
  await host.connection.flush()
  return { ended: Promise.allSettled(loops).then(() => slots.drained()) }
}

async function serve(
  host: ControlSurroundings,
  messages: AsyncIterable<LatticeMessage>,
  slots: Slots,
): Promise<void> {
  for await (const message of messages) {
    await slots.take()
    void respond(host, message).finally(() => slots.release())
  }
}

async function respond(host: ControlSurroundings, message: LatticeMessage): Promise<void> {
  const answered = await answerTo(host, message)
  if (answered) message.respond(encodeAnswer(answered, host.connection.maxPayload))
}

/** An answer that the bus would not take is a refusal, so that the client need not wait for nothing. */
function encodeAnswer(answered: Answer, maxBytes: number): string {
  const text = JSON.stringify(answered)
  const bytes = Buffer.byteLength(text)
  if (bytes <= maxBytes) return text
  return JSON.stringify(refuse(`the answer has ${bytes} bytes, and the bus takes ${maxBytes} in a message`))
}

async function answerTo(host: ControlSurroundings, message: LatticeMessage): Promise<Answer | undefined> {
  try {
    return await routeRequest(host, message)
  } catch (failure) {
    if (failure instanceof UnreadableRequest) return refuse(failure.message)
    if (failure instanceof AppError) return refuse(errorChain(failure))
    const stack = failure instanceof Error ? failure.stack : undefined
    host.log.error('a control request met a bug', {
      subject: message.subject,
      stack: stack ?? messageOf(failure),
    })
    return refuse(`internal error: ${messageOf(failure)}`)
  }
}

interface Slots {
  take(): Promise<void>
  release(): void
  drained(): Promise<void>
}

function createSlots(count: number): Slots {
  let free = count
  const waiting: (() => void)[] = []
  const take = async (): Promise<void> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const release = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
  const drained = async (): Promise<void> => {
    for (let taken = 0; taken < count; taken += 1) await take()
  }
  return { take, release, drained }
}
