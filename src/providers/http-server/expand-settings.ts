import { z } from 'zod'
import { readConfig, type ConfigKeys } from '../support/config-keys.js'

const list = z.array(z.string()).nullish()

/** All settings as one JSON object, also in the older nested form. */
const settingsSchema = z.strictObject({
  address: z.string().nullish(),
  cache_control: z.string().nullish(),
  readonly_mode: z.boolean().nullish(),
  timeout_ms: z.int().nullish(),
  disable_keepalive: z.boolean().nullish(),
  tls_cert_file: z.string().nullish(),
  tls_priv_key_file: z.string().nullish(),
  cors_allowed_origins: list,
  cors_allowed_headers: list,
  cors_allowed_methods: list,
  cors_exposed_headers: list,
  cors_max_age_secs: z.int().nullish(),
  max_header_bytes: z.int().nullish(),
  tls: z.strictObject({ cert_file: z.string().nullish(), priv_key_file: z.string().nullish() }).nullish(),
  cors: z
    .strictObject({
      ...{ allowed_origins: list, allowed_headers: list, allowed_methods: list, exposed_headers: list },
      max_age_secs: z.int().nullish(),
    })
    .nullish(),
})

type Values = Readonly<Record<string, string>>

/** The configuration, or what config_b64 or config_json hold in place of all other keys. */
export function expandSettings(config: Values, keys: ConfigKeys): Values {
  const values = readConfig(config, keys)
  const encoded = values.text('config_b64')
  const text = encoded === undefined ? values.text('config_json') : Buffer.from(encoded, 'base64').toString()
  if (text === undefined) return config
  const name = encoded === undefined ? 'config_json' : 'config_b64'
  const parsed = settingsSchema.safeParse(parseJson(text))
  if (!parsed.success) throw values.invalid(`${name} cannot be read: ${z.prettifyError(parsed.error)}`)
  const { tls, cors, ...flat } = parsed.data
  return {
    ...flatten(flat, ''),
    ...prefer(flatten(tls ?? {}, 'tls_'), flatten(flat, '')),
    ...prefer(flatten(cors ?? {}, 'cors_'), flatten(flat, '')),
  }
}

function flatten(object: Readonly<Record<string, unknown>>, prefix: string): Values {
  const entries = Object.entries(object).flatMap(([key, value]): [string, string][] => {
    if (value === null || value === undefined) return []
    return [[`${prefix}${key}`, typeof value === 'string' ? value : JSON.stringify(value)]]
  })
  return Object.fromEntries(entries)
}

/** Those that are not in `first`. */
function prefer(values: Values, first: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !Object.hasOwn(first, key)))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // The schema refuses it.
    return undefined
  }
}
