import type { Terminal } from './terminal/terminal.js'

/** What a command does in the usual case takes less: then nothing is shown. */
const patienceMs = 400

/** Does the work, and says on standard error what is waited for where that takes long enough to be wondered about. */
export async function showWait<Result>(
  terminal: Terminal,
  text: string,
  work: Promise<Result>,
): Promise<Result> {
  const progress = terminal.createProgress()
  const timer = setTimeout(() => progress.step(text), patienceMs)
  try {
    const result = await work
    progress.done()
    return result
  } finally {
    clearTimeout(timer)
    progress.fail()
  }
}
