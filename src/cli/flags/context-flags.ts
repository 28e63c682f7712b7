import { string } from '@oclif/core/flags'

/** Where contexts are. */
export const contextFolderFlags = {
  directory: string({
    summary: "Folder of the contexts. [default: washi's own, then those of wash]",
    env: 'WASH_CONTEXTS',
  }),
}

/** Where keys are. */
export const keyFolderFlags = {
  directory: string({ char: 'd', summary: "Folder of the keys. [default: washi's own]", env: 'WASH_KEYS' }),
}
