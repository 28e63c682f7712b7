import { AppError } from '../../core/errors.js'
import type { ControlClient } from '../control/client.js'
import type { StringMap } from '../control/schemas.js'

/** Stores a config in place of what it held. Throws USAGE_INVALID for names that are kept for secrets. */
export async function putConfig(control: ControlClient, name: string, values: StringMap): Promise<void> {
  checkName(name)
  await control.putConfig(name, values)
}

/** The values of a config. Throws CONFIG_NOT_FOUND. */
export async function getConfig(control: ControlClient, name: string): Promise<StringMap> {
  checkName(name)
  const values = await control.getConfig(name)
  if (values !== undefined) return values
  throw new AppError('CONFIG_NOT_FOUND', `No configuration found for name: ${name}`, {
    hint: `Store it: washi config put ${name} key=value`,
  })
}

/** Deletes a config. Throws CONFIG_NOT_FOUND where there is none. */
export async function deleteConfig(control: ControlClient, name: string): Promise<void> {
  await getConfig(control, name)
  await control.deleteConfig(name)
}

function checkName(name: string): void {
  if (!name.startsWith('SECRET')) return
  throw new AppError(
    'USAGE_INVALID',
    `Cannot use "${name}" as a configuration: names in SECRET... hold secrets`,
    {
      hint: 'Choose another name',
    },
  )
}
