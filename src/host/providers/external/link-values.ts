import { sealSecrets, openSecrets } from '../../../lattice/provider-protocol/link-message.js'
import type { LinkMessage } from '../../../lattice/provider-protocol/link-message.js'
import type { WireSecrets } from '../../../lattice/provider-protocol/secret-map.js'
import type { Xkey } from '../../../lattice/secrets/xkey.js'
import { AppError } from '../../../core/errors.js'
import type { ProviderLink, SecretValues } from '../../provider.js'

/** One's own key, and the public half of the other end's. */
export interface SealedWith {
  readonly key: Xkey
  readonly peer: string
}

/** A link as it is sent to a provider. */
export function toLinkMessage(link: ProviderLink, { key, peer }: SealedWith): LinkMessage {
  return {
    ...withoutValues(link),
    source_config: link.sourceConfig,
    target_config: link.targetConfig,
    source_secrets: sealSecrets(toWireSecrets(link.sourceSecrets), key, peer),
    target_secrets: sealSecrets(toWireSecrets(link.targetSecrets), key, peer),
  }
}

/** What is sent where a link goes: nothing of its values. */
export function toDeletedLink(link: ProviderLink): LinkMessage {
  const nothing = { source_config: {}, target_config: {}, source_secrets: null, target_secrets: null }
  return { ...withoutValues(link), ...nothing }
}

/** A link as a provider gets it. Throws LINK_REFUSED where secrets cannot be opened. */
export function fromLinkMessage(message: LinkMessage, { key, peer }: SealedWith): ProviderLink {
  const sourceSecrets = openSecrets(message.source_secrets, key, peer)
  const targetSecrets = openSecrets(message.target_secrets, key, peer)
  if (!sourceSecrets || !targetSecrets) {
    throw new AppError('LINK_REFUSED', 'The secrets of the link are sealed for somebody else')
  }
  return {
    sourceId: message.source_id,
    target: message.target,
    name: message.name,
    witNamespace: message.wit_namespace,
    witPackage: message.wit_package,
    interfaces: message.interfaces,
    sourceConfig: message.source_config,
    targetConfig: message.target_config,
    sourceSecrets: fromWireSecrets(sourceSecrets),
    targetSecrets: fromWireSecrets(targetSecrets),
  }
}

/** Secrets as they are sent. */
export function toWireSecrets(secrets: SecretValues): WireSecrets {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [
      name,
      secret.kind === 'string'
        ? ({ kind: 'String', value: secret.value } as const)
        : ({ kind: 'Bytes', value: [...secret.value] } as const),
    ]),
  )
}

/** The reverse of toWireSecrets(). */
export function fromWireSecrets(secrets: WireSecrets): SecretValues {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [
      name,
      secret.kind === 'String'
        ? ({ kind: 'string', value: secret.value } as const)
        : ({ kind: 'bytes', value: Uint8Array.from(secret.value) } as const),
    ]),
  )
}

function withoutValues(link: ProviderLink) {
  return {
    source_id: link.sourceId,
    target: link.target,
    name: link.name,
    wit_namespace: link.witNamespace,
    wit_package: link.witPackage,
    interfaces: [...link.interfaces],
  }
}
