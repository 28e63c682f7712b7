import { z } from 'zod'
import type { ProviderLink } from '../../host/provider.js'
import { readConfig, type ConfigValues } from '../support/config-keys.js'

/** How to reach an S3 service. */
export interface S3Settings {
  readonly endpoint: URL
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
  /** Of one request. */
  readonly maxAttempts: number
  /** Where new buckets are made. */
  readonly bucketRegion: string | undefined
  /** Buckets by the names that components have for them. */
  readonly aliases: Readonly<Record<string, string>>
}

const storedSchema = z.strictObject({
  access_key_id: z.string().nullish(),
  secret_access_key: z.string().nullish(),
  session_token: z.string().nullish(),
  region: z.string().nullish(),
  max_attempts: z.int().min(1).max(20).nullish(),
  sts_config: z.unknown().nullish(),
  endpoint: z.string().nullish(),
  aliases: z.record(z.string(), z.string()).nullish(),
  bucket_region: z.string().nullish(),
})

const aliasPrefix = 'alias_'

/** Throws LINK_CONFIG_INVALID, without showing anything of the settings but their names. */
export function parseS3Settings({
  sourceId,
  targetConfig,
  targetSecrets,
}: Pick<ProviderLink, 'sourceId' | 'targetConfig' | 'targetSecrets'>): S3Settings {
  const named = Object.entries(targetConfig).filter(([key]) => key.startsWith(aliasPrefix))
  const config = Object.fromEntries(
    Object.entries(targetConfig).filter(([key]) => !key.startsWith(aliasPrefix)),
  )
  const keys = ['config_b64', 'config_json', 'BUCKET_REGION']
  const owner = `the link from "${sourceId}"`
  const given = { provider: 'blobstore-s3', owner, keys, ignoresCase: true, secrets: targetSecrets }
  const values = readConfig(config, given)
  const stored = readStored(values)
  if (stored.sts_config)
    throw values.invalid('sts_config cannot be honoured yet', 'Give keys of their own instead')
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = stored
  if (!accessKeyId || !secretAccessKey) {
    throw values.invalid(
      'it has no access_key_id or no secret_access_key',
      'Put both into a secret named config_json in the target_config of the link',
    )
  }
  const region = stored.region ?? 'us-east-1'
  return {
    ...{ accessKeyId, secretAccessKey, region, sessionToken: stored.session_token ?? undefined },
    endpoint: parseEndpoint(values, stored.endpoint ?? `https://s3.${region}.amazonaws.com`),
    maxAttempts: stored.max_attempts ?? 3,
    bucketRegion: values.text('BUCKET_REGION') ?? stored.bucket_region ?? undefined,
    aliases: {
      ...stored.aliases,
      ...Object.fromEntries(named.map(([key, bucket]) => [key.slice(aliasPrefix.length), bucket])),
    },
  }
}

function readStored(values: ConfigValues): z.infer<typeof storedSchema> {
  const encoded = values.text('config_b64')
  const text = encoded === undefined ? values.text('config_json') : Buffer.from(encoded, 'base64').toString()
  if (text === undefined) return {}
  const parsed = storedSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const paths = parsed.error.issues.map(({ path, code }) => `${path.join('.') || 'it'} (${code})`)
  throw values.invalid(`its JSON cannot be used: ${paths.join(', ')}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // The schema refuses it.
    return undefined
  }
}

function parseEndpoint(values: ConfigValues, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol)) return url
  throw values.invalid('endpoint is no URL of the form http(s)://HOST:PORT')
}
