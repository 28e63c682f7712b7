import { boolean } from '@oclif/core/flags'

/** How manifests are read. */
export const manifestFlags = {
  'substitute-env': boolean({
    summary: 'Replace ${NAME} and ${NAME:-DEFAULT} in the values of the manifest by environment variables.',
    env: 'WASHI_SUBSTITUTE_ENV',
  }),
}

/** The variables that manifests may name: those of the environment where that is asked for. */
export function manifestVariables(flags: {
  readonly 'substitute-env': boolean
}): Readonly<Record<string, string | undefined>> | undefined {
  return flags['substitute-env'] ? process.env : undefined
}
