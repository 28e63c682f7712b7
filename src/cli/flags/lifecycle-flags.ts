import { boolean, integer, string } from '@oclif/core/flags'

/** On which host, and whether to wait for the effect. */
export const onHostFlags = {
  'host-id': string({ summary: 'Host: its id, the beginning of it, or a part of its friendly name.' }),
  'skip-wait': boolean({ summary: 'Return once the host has accepted the request.' }),
}

/** How long to wait for the effect of a request. */
export function effectTimeoutFlag(defaultMs: number) {
  return {
    'wait-timeout-ms': integer({ summary: 'Longest wait for the effect.', default: defaultMs, min: 1 }),
  }
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
  config: string({
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    summary: 'Named configuration; repeat it for more.',
  }),
}

/** wash's names for the number of instances. */
export const instanceAliases = ['max-concurrent', 'max', 'count']
