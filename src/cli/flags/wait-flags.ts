import { integer } from '@oclif/core/flags'

/** How long a command watches for the effect of what it asked for. */
export function waitFlag(defaultMs: number) {
  return {
    'wait-ms': integer({
      summary: 'Longest wait for the effect; 0 returns once the request was accepted.',
      default: defaultMs,
      env: 'WASHI_WAIT_MS',
      min: 0,
    }),
  }
}
