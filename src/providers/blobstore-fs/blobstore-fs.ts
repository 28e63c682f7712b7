import { AppError, messageOf } from '../../core/errors.js'
import type {
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderHealth,
  ProviderLink,
} from '../../host/provider.js'
import { err, type Outcome } from '../support/outcome.js'
import { describeUnlinked, TargetLinks } from '../support/target-links.js'
import { answerBlobstore } from './answer-blobstore.js'
import { Folder } from './folder.js'
import { parseRoot } from './settings.js'

/** Has a folder for each link; what is in it stays when the link goes. */
export class BlobstoreFs implements Provider {
  readonly #context: ProviderContext
  readonly #folders = new TargetLinks<Folder>(async () => undefined)

  constructor(context: ProviderContext) {
    this.#context = context
  }

  async start(): Promise<void> {
    // Folders come with links.
  }

  async linkAsSource(link: ProviderLink): Promise<void> {
    throw new AppError(
      'LINK_REFUSED',
      `blobstore-fs calls nobody, so it cannot be the source of a link to "${link.target}"`,
    )
  }

  /** Throws LINK_CONFIG_INVALID, also for a folder that cannot be made. */
  async linkAsTarget(link: ProviderLink): Promise<void> {
    const root = parseRoot({ ...this.#context.config, ...link.targetConfig }, link.sourceId)
    await this.#folders.open(link, async () => {
      try {
        return await Folder.open(root)
      } catch (cause) {
        throw new AppError(
          'LINK_CONFIG_INVALID',
          `blobstore-fs cannot use the folder "${root}": ${messageOf(cause)}`,
          {
            hint: 'Set ROOT in the target_config of the link to a folder that can be written to',
            cause,
          },
        )
      }
    })
  }

  async unlink(link: ProviderLink): Promise<void> {
    await this.#folders.close(link)
  }

  async call(call: ProviderCall): Promise<Outcome> {
    const folder = this.#folders.find(call)
    if (!folder) return err(describeUnlinked(call, this.#context.providerId))
    return await answerBlobstore(folder, call)
  }

  async health(): Promise<ProviderHealth> {
    return { healthy: true }
  }

  async stop(): Promise<void> {
    await this.#folders.closeAll()
  }
}
