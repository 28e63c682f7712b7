import type { ProviderDefinition } from '../../host/provider.js'
import { blobstore, olderBlobstore } from '../../wit/wire/blobstore.js'
import { BlobstoreFs } from './blobstore-fs.js'

/** wasmCloud's blobstore-fs in this process. */
export const blobstoreFs: ProviderDefinition = {
  name: 'blobstore-fs',
  calls: [],
  serves: ['wasi:blobstore/blobstore', 'wasi:blobstore/container'],
  wire: [blobstore, olderBlobstore],
  create: (context) => new BlobstoreFs(context),
}
