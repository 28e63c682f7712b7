/** Ends a process and what it started, those of its group. Idempotent; a process that has ended is none of our business. */
export function killGroup(pid: number): void {
  if (pid <= 1) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody of the group is left.
  }
}
