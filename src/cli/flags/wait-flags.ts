import { boolean, integer } from '@oclif/core/flags'

/** How long a command watches for the effect of what it asked for. */
export function waitFlag(defaultMs: number) {
  return {
    'wait-ms': integer({
      summary: 'Longest wait for the effect; 0 returns once the request was accepted.',
      default: defaultMs,
      env: 'WASHI_WAIT_MS',
      min: 0,
    }),
    wait: boolean({
      summary: 'Wait for the effect; --no-wait is --wait-ms 0.',
      default: true,
      allowNo: true,
    }),
  }
}

/** How long to wait, as the flags say. */
export function waitMsOf(flags: { readonly 'wait-ms': number; readonly wait: boolean }): number {
  return flags.wait ? flags['wait-ms'] : 0
}
