import { AppError, messageOf } from '../../core/errors.js'
import type { OpenObjectStore } from '../support/object-store-provider.js'
import { S3Api, S3Error } from './s3-api.js'
import { S3Store } from './s3-store.js'
import type { S3Settings } from './settings.js'

/** Opens a service for a link. Throws STORE_UNREACHABLE where none answers, or it does not know the keys. */
export async function openS3(settings: S3Settings): Promise<OpenObjectStore> {
  const api = new S3Api(settings)
  try {
    await api.text({ method: 'GET' })
  } catch (cause) {
    // Whoever may not list buckets may still use them.
    if (!(cause instanceof S3Error && cause.code === 'AccessDenied')) {
      api.close()
      throw new AppError(
        'STORE_UNREACHABLE',
        `Cannot use S3 at ${settings.endpoint.host}: ${messageOf(cause)}`,
        {
          hint: 'Check endpoint, access_key_id and secret_access_key of the link',
          cause,
        },
      )
    }
  }
  return { store: new S3Store(api, settings), close: async () => api.close() }
}
