import type { ProviderDefinition } from '#washi/host/provider.js'
import { blobstoreS3 } from '#washi/providers/blobstore-s3/index.js'
import { hasMinio, startMinio, startS3Server, type S3Server } from './s3-server.js'

/** What objects of a provider are kept in. */
export interface BlobBacking extends AsyncDisposable {
  /** The target_config of a link. */
  readonly config: Readonly<Record<string, string>>
  /** Others that cannot work, and words of the reason. */
  readonly wrong: readonly { readonly config: Readonly<Record<string, string>>; readonly reason: string }[]
}

/** A provider of blob stores that are servers. */
export interface BlobSubject {
  readonly title: string
  readonly definition: ProviderDefinition
  start(): Promise<BlobBacking>
}

/** Every such provider. */
export const blobSubjects: readonly BlobSubject[] = [
  s3('blobstore-s3', startS3Server),
  ...(hasMinio() ? [s3('blobstore-s3 with MinIO', startMinio)] : []),
]

function s3(title: string, startServer: () => Promise<S3Server>): BlobSubject {
  return {
    title,
    definition: blobstoreS3,
    start: async () => {
      const server = await startServer()
      const json = (more: object = {}): Record<string, string> => {
        const { accessKeyId: access_key_id, secretAccessKey: secret_access_key, url: endpoint } = server
        const settings = {
          access_key_id,
          secret_access_key,
          endpoint,
          region: 'eu-test-1',
          max_attempts: 2,
          ...more,
        }
        return { config_json: JSON.stringify(settings) }
      }
      return {
        // Names of buckets have 3 characters at least, and are those of everybody.
        config: { ...json(), alias_here: 'bucket-here' },
        wrong: [
          { config: json({ secret_access_key: 'wrong' }), reason: 'SignatureDoesNotMatch' },
          { config: json({ endpoint: 'http://127.0.0.1:1' }), reason: 'ECONNREFUSED' },
          { config: json({ secret_access_key: '' }), reason: 'no secret_access_key' },
          { config: json({ sts_config: { role: 'x' } }), reason: 'sts_config cannot be honoured yet' },
          { config: { config_json: '{"secret_access_key":1}' }, reason: 'secret_access_key (invalid_type)' },
        ],
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      }
    },
  }
}
