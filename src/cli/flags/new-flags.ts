import { string as stringArg } from '@oclif/core/args'
import { string } from '@oclif/core/flags'

/** What every `new` takes. */
export const newArgs = { name: stringArg({ description: 'Name of the project and of its folder.' }) }

/** The flags of every `new`. */
export const newFlags = {
  'template-name': string({
    char: 't',
    summary: 'Template to copy.',
    env: 'WASHI_TEMPLATE_NAME',
  }),
}
