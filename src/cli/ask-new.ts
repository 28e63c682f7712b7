import { AppError } from '../core/errors.js'
import { templatesOf, type Template } from '../project/templates.js'

/** Whether there is somebody to ask. */
export interface Asking {
  readonly interactive: boolean
  /** Of the project. */
  readonly kind: Template['kind']
}

/** Asks for the name of a project; without a terminal, throws USAGE_INVALID that says what to pass. */
export async function askProjectName({ interactive, kind }: Asking): Promise<string> {
  if (!interactive) throw missing('the name of the project', `Pass it: washi new ${kind} NAME`)
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({ message: 'Name of the project', placeholder: 'hello' })
  if (isCancel(answer)) throw cancelled()
  return answer
}

/** Asks for a template; without a terminal, throws USAGE_INVALID that names the flag. */
export async function askTemplateName({ interactive, kind }: Asking): Promise<string> {
  const templates = templatesOf(kind)
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
