import { AppError } from '../core/errors.js'
import type { ProviderDefinition } from '../host/provider.js'

/** The reference that a definition is started by. */
export function providerReference({ name }: ProviderDefinition): string {
  return `wasmcloud+builtin://${name}`
}

/** Adds a definition before the others, once. Throws USAGE_INVALID where another one has its name. */
export function addDefinition(definitions: ProviderDefinition[], definition: ProviderDefinition): void {
  const { name } = definition
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    throw new AppError('USAGE_INVALID', `"${name}" is no name of a provider`, {
      hint: 'Use lower-case letters, digits and "-"',
    })
  }
  const same = definitions.find((other) => other.name === name)
  if (same === definition) return
  if (same) {
    throw new AppError('USAGE_INVALID', `This host has another provider named "${name}"`, {
      hint: 'Give the definition a name of its own',
    })
  }
  definitions.unshift(definition)
}
