import { AppError } from '../../core/errors.js'
import type { ControlClient } from '../control/client.js'
import type { StringMap } from '../control/schemas.js'
import { encodeSecretReference, type SecretReference } from '../secrets/secret-reference.js'
import { isConfigName } from '../store/configs.js'

/** Stores a reference to a secret in place of what it held. Throws USAGE_INVALID for a name that cannot be stored. */
export async function putSecretReference(control: ControlClient, reference: SecretReference): Promise<void> {
  await control.putConfig(configNameOf(reference.name), encodeSecretReference(reference))
}

/** The stored reference to a secret: where its value is, never the value. Throws SECRET_NOT_FOUND. */
export async function getSecretReference(control: ControlClient, name: string): Promise<StringMap> {
  const stored = await control.getConfig(configNameOf(name))
  if (stored !== undefined) return stored
  throw new AppError('SECRET_NOT_FOUND', `No secret found for name: ${name}`, {
    hint: `Put it: washi secrets put ${name} BACKEND KEY`,
  })
}

/** Deletes a reference to a secret. Throws SECRET_NOT_FOUND where there is none. */
export async function deleteSecretReference(control: ControlClient, name: string): Promise<void> {
  await getSecretReference(control, name)
  await control.deleteConfig(configNameOf(name))
}

function configNameOf(name: string): string {
  const configName = `SECRET_${name}`
  if (name !== '' && isConfigName(configName)) return configName
  throw new AppError('USAGE_INVALID', `A secret cannot be named "${name}"`, {
    hint: 'Use letters, digits and -_/= only',
  })
}
