import { AppError, messageOf } from '../core/errors.js'

/** What the lattice shows of a failure: the messages of the error and its causes, joined as the real host joins them. */
export function errorChain(thrown: unknown): string {
  const messages: string[] = []
  let link: unknown = thrown
  while (link !== undefined && messages.length < 16) {
    const message = messageOf(link)
    // A cause that its wrapper already quotes adds nothing.
    if (!messages.some((earlier) => earlier.includes(message))) messages.push(message)
    const cause = link instanceof Error ? link.cause : undefined
    // An AppError has put the system's word into its own: `no such file` stands for ENOENT and its call.
    link = link instanceof AppError && isSystemError(cause) ? undefined : cause
  }
  return messages.join(': ')
}

function isSystemError(thrown: unknown): boolean {
  return thrown instanceof Error && 'syscall' in thrown
}
