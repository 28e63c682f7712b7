import { boolean, integer, string } from '@oclif/core/flags'

/** Which host. */
export const onHostFlags = {
  'host-id': string({ summary: 'Host: its id, the beginning of it, or a part of its friendly name.' }),
}

/** Whether, and how long, to wait for the effect of a request. */
export function effectFlags(defaultMs: number) {
  return {
    'skip-wait': boolean({ summary: 'Return once the host has accepted the request.' }),
    ...effectTimeoutFlag(defaultMs),
  }
}

/** How long to wait for the effect of a request. */
export function effectTimeoutFlag(defaultMs: number) {
  return {
    'wait-timeout-ms': integer({ summary: 'Longest wait for the effect.', default: defaultMs, min: 1 }),
  }
}

/** What effectFlags() give: the longest wait, 0 for none. */
export function waitOf(flags: {
  readonly 'skip-wait'?: boolean
  readonly 'wait-timeout-ms': number
}): number {
  return flags['skip-wait'] === true ? 0 : flags['wait-timeout-ms']
}

/** What the host has to be like, and what it gives to the part. */
export const placementFlags = {
  constraint: string({
    char: 'c',
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    summary: 'Label that the host must have, key=value; repeat it for more.',
  }),
  'auction-timeout-ms': integer({
    min: 1,
    summary: 'Longest wait for a host to offer itself. [default: --timeout-ms]',
  }),
  config: string({
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    summary: 'Named configuration; repeat it for more.',
  }),
}

/** wash's names for the number of instances. */
export const instanceAliases = ['max-concurrent', 'max', 'count']
