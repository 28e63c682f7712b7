import { AppError } from '../../core/errors.js'
import type { Link } from '../../lattice/control/schemas.js'
import type { LiveConfigs } from '../links/live-configs.js'
import type { ProviderLink, SecretValue, SecretValues } from '../provider.js'

/** The link with its configuration resolved. Throws AppError for configs that are missing, or secret. */
export async function resolveProviderLink(link: Link, configs: LiveConfigs): Promise<ProviderLink> {
  return {
    sourceId: link.source_id,
    target: link.target,
    name: link.name,
    witNamespace: link.wit_namespace,
    witPackage: link.wit_package,
    interfaces: link.interfaces,
    sourceConfig: await resolveSide(configs, link.source_config),
    targetConfig: await resolveSide(configs, link.target_config),
    sourceSecrets: {},
    targetSecrets: {},
  }
}

/** Whether a provider would see a difference. */
export function sameProviderLink(a: ProviderLink, b: ProviderLink): boolean {
  return (
    sameList(a.interfaces, b.interfaces) &&
    sameMap(a.sourceConfig, b.sourceConfig) &&
    sameMap(a.targetConfig, b.targetConfig) &&
    sameSecrets(a.sourceSecrets, b.sourceSecrets) &&
    sameSecrets(a.targetSecrets, b.targetSecrets)
  )
}

async function resolveSide(
  configs: LiveConfigs,
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  try {
    return await configs.resolve(names)
  } catch (cause) {
    throw new AppError('LINK_REFUSED', "Cannot resolve the link's configuration", { cause })
  }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}

function sameMap(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

function sameSecrets(a: SecretValues, b: SecretValues): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => sameSecret(a[name], b[name]))
}

function sameSecret(a: SecretValue | undefined, b: SecretValue | undefined): boolean {
  return a?.kind === b?.kind && Buffer.from(a?.value ?? '').equals(Buffer.from(b?.value ?? ''))
}
