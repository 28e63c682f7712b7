import { AppError } from '../../core/errors.js'
import type { Link } from '../../lattice/control/schemas.js'
import { sameSecrets } from '../../lattice/secrets/secret-value.js'
import type { SecretValues } from '../../lattice/secrets/secret-value.js'
import type { LiveConfigs } from '../links/live-configs.js'
import type { ProviderLink } from '../provider.js'
import type { SecretResolver, SecretUser } from '../secrets/secret-resolver.js'

/** What the values of links come from. */
export interface LinkValueSources {
  readonly configs: LiveConfigs
  readonly secrets: SecretResolver
  /** The provider that the link is resolved for. */
  readonly user: SecretUser
}

/** The link with its configuration and secrets resolved. Throws LINK_REFUSED for those that are missing. */
export async function resolveProviderLink(link: Link, sources: LinkValueSources): Promise<ProviderLink> {
  const source = await resolveSide(sources, link.source_config)
  const target = await resolveSide(sources, link.target_config)
  return {
    sourceId: link.source_id,
    target: link.target,
    name: link.name,
    witNamespace: link.wit_namespace,
    witPackage: link.wit_package,
    interfaces: link.interfaces,
    sourceConfig: source.config,
    targetConfig: target.config,
    sourceSecrets: source.secrets,
    targetSecrets: target.secrets,
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

interface ResolvedSide {
  readonly config: Readonly<Record<string, string>>
  readonly secrets: SecretValues
}

async function resolveSide(
  { configs, secrets, user }: LinkValueSources,
  names: readonly string[],
): Promise<ResolvedSide> {
  try {
    return { config: await configs.resolve(names), secrets: await secrets.resolve(names, user) }
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
