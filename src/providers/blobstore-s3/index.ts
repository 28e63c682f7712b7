import type { ProviderDefinition } from '../../host/provider.js'
import { blobstore, olderBlobstore } from '../../wit/wire/blobstore.js'
import { ObjectStoreProvider } from '../support/object-store-provider.js'
import { openS3 } from './open-s3.js'
import { parseS3Settings } from './settings.js'

/** wasmCloud's blobstore-s3 in this process. */
export const blobstoreS3: ProviderDefinition = {
  name: 'blobstore-s3',
  calls: [],
  serves: ['wasi:blobstore/blobstore', 'wasi:blobstore/container'],
  wire: [blobstore, olderBlobstore],
  create: (context) =>
    new ObjectStoreProvider(context, {
      name: 'blobstore-s3',
      open: (link) => openS3(parseS3Settings(link)),
    }),
}
