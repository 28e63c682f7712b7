import type { ProviderClaims } from '../../component/provider-archive/claims.js'
import { parseReference } from '../../component/references/reference.js'
import { AppError } from '../../core/errors.js'
import type { ProviderDefinition } from '../provider.js'
import { resolveEmbedded } from './embedded-reference.js'
import { ExternalProvider } from './external/external-provider.js'
import type { ExternalSurroundings } from './external/external-surroundings.js'
import { prepareProviderProgram } from './external/provider-program.js'

/** What a provider reference stands for. */
export interface ResolvedProvider {
  readonly definition: ProviderDefinition
  /** The reference as inventories and events of real hosts show it. */
  readonly imageRef: string
  /** Of a signed provider archive. */
  readonly claims?: ProviderClaims | undefined
}

/** Where providers come from. */
export interface ProviderSources {
  readonly definitions: readonly ProviderDefinition[]
  readonly external: ExternalSurroundings
  readonly isFileLoadAllowed: boolean
}

/**
 * What a reference stands for: an embedded provider, or the program of a file. Throws PROVIDER_NOT_EMBEDDED,
 * PROVIDER_NOT_FOUND, PROVIDER_ARCHIVE_INVALID or COMPONENT_REFERENCE_INVALID.
 */
export async function resolveProvider(
  reference: string,
  { definitions, external, isFileLoadAllowed }: ProviderSources,
): Promise<ResolvedProvider> {
  const parsed = parseReference(reference)
  if (parsed.kind !== 'file') return resolveEmbedded(reference, definitions)
  if (!isFileLoadAllowed) {
    throw new AppError(
      'PROVIDER_START_FAILED',
      `Cannot load "${reference}": this host takes nothing from files`,
      {
        hint: 'Start the host with --allow-file-load=true',
      },
    )
  }
  const { programFolder: folder, target } = external
  const program = await prepareProviderProgram(parsed.path, { folder, target })
  const { name, token, claims } = program
  return {
    imageRef: parsed.path,
    claims,
    definition: {
      name,
      token,
      revision: claims?.wascap.rev ?? undefined,
      create: (context) => new ExternalProvider(program, context, external),
    },
  }
}
