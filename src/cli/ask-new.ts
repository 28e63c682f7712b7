import { AppError } from '../core/errors.js'
import { templates } from '../project/templates.js'

/** Whether there is somebody to ask. */
interface Asking {
  readonly interactive: boolean
}

/** Asks for the name of a project; without a terminal, throws USAGE_INVALID that says what to pass. */
export async function askProjectName({ interactive }: Asking): Promise<string> {
  if (!interactive) throw missing('the name of the project', 'Pass it: washi new component NAME')
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({ message: 'Name of the project', placeholder: 'hello' })
  if (isCancel(answer)) throw cancelled()
  return answer
}

/** Asks for a template; without a terminal, throws USAGE_INVALID that names the flag. */
export async function askTemplateName({ interactive }: Asking): Promise<string> {
  if (!interactive) {
    throw missing('the template', `Pass --template-name: ${templates.map(({ name }) => name).join(', ')}`)
  }
  const { isCancel, select } = await import('@clack/prompts')
  const answer = await select({
    message: 'Template',
    options: templates.map(({ name, description }) => ({ value: name, label: name, hint: description })),
  })
  if (isCancel(answer)) throw cancelled()
  return answer
}

function missing(what: string, hint: string): AppError {
  return new AppError('USAGE_INVALID', `Missing ${what}, and no terminal to ask on`, { hint })
}

function cancelled(): AppError {
  return new AppError('INTERRUPTED', 'Cancelled, nothing was created')
}
