import { AppError } from '../../core/errors.js'
import { suggest } from '../../core/suggest.js'
import type { SecretValue, SecretValues } from '../../host/provider.js'

/** Which keys a configuration may have. */
export interface ConfigKeys {
  /** The provider, as messages name it. */
  readonly provider: string
  /** Whose configuration it is, as messages name it: `the link from "counter"`. */
  readonly owner: string
  readonly keys: readonly string[]
  /** Whether `URL` and `url` are the same. */
  readonly ignoresCase: boolean
  /** Secrets beside the configuration, under the same keys; they win, and no message shows them. */
  readonly secrets?: SecretValues | undefined
  /** Default LINK_CONFIG_INVALID. */
  readonly code?: 'LINK_CONFIG_INVALID' | 'PROVIDER_CONFIG_INVALID' | undefined
}

/** A checked configuration. */
export class ConfigValues {
  readonly #values: ReadonlyMap<string, string>
  readonly #secret: ReadonlySet<string>
  readonly #keys: ConfigKeys

  constructor(
    {
      values,
      secret,
    }: { readonly values: ReadonlyMap<string, string>; readonly secret: ReadonlySet<string> },
    keys: ConfigKeys,
  ) {
    this.#values = values
    this.#secret = secret
    this.#keys = keys
  }

  get isEmpty(): boolean {
    return this.#values.size === 0
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  /** Whether the value came as a secret. */
  isSecret(key: string): boolean {
    return this.#secret.has(key)
  }

  text(key: string): string | undefined {
    return this.#values.get(key)
  }

  /** A whole number from `min` on. Throws for anything else. */
  number(key: string, fallback: number, min = 0): number {
    const text = this.#values.get(key)
    if (text === undefined) return fallback
    if (/^\d{1,9}$/.test(text) && Number(text) >= min) return Number(text)
    throw this.invalid(`${key} is ${this.#shown(key)}, not a whole number from ${min} on`)
  }

  /** `true` or `false`. Throws for anything else. */
  flag(key: string, fallback: boolean): boolean {
    const text = this.#values.get(key)?.toLowerCase()
    if (text === undefined) return fallback
    if (text === 'true' || text === 'false') return text === 'true'
    throw this.invalid(`${key} is ${this.#shown(key)}, neither true nor false`)
  }

  /** What commas separate, trimmed, without empty parts. */
  list(key: string): readonly string[] {
    const parts = (this.#values.get(key) ?? '').split(',').map((part) => part.trim())
    return parts.filter((part) => part !== '')
  }

  /** The value as messages may show it. */
  #shown(key: string): string {
    return this.#secret.has(key) ? 'a secret' : `"${this.#values.get(key) ?? ''}"`
  }

  /** The error for a value that cannot be used. */
  invalid(what: string, hint = `Change ${this.#keys.owner}`): AppError {
    const { code = 'LINK_CONFIG_INVALID', provider, owner } = this.#keys
    return new AppError(code, `${provider} cannot use the configuration of ${owner}: ${what}`, { hint })
  }
}

/** Checks the keys of a configuration, and of the secrets beside it. Throws for an unknown one, with the nearest that is known. */
export function readConfig(config: Readonly<Record<string, string>>, keys: ConfigKeys): ConfigValues {
  const known = new Map(keys.keys.map((key) => [fold(key, keys), key]))
  const values = new Map<string, string>()
  const secret = new Set<string>()
  const read = new ConfigValues({ values, secret }, keys)
  const nameOf = (key: string): string => {
    const name = known.get(fold(key, keys))
    if (name === undefined) throw unknownKey(read, key, keys)
    return name
  }
  for (const [key, value] of Object.entries(config)) values.set(nameOf(key), value)
  for (const [key, value] of Object.entries(keys.secrets ?? {})) {
    secret.add(nameOf(key))
    values.set(nameOf(key), textOf(value))
  }
  return read
}

function textOf(secret: SecretValue): string {
  return secret.kind === 'string' ? secret.value : Buffer.from(secret.value).toString()
}

function fold(key: string, { ignoresCase }: ConfigKeys): string {
  return ignoresCase ? key.toLowerCase() : key
}

function unknownKey(read: ConfigValues, key: string, { keys }: ConfigKeys): AppError {
  const byFolded = new Map(keys.map((each) => [each.toLowerCase(), each]))
  const nearest = byFolded.get(suggest(key.toLowerCase(), [...byFolded.keys()]) ?? '')
  const all = keys.length === 0 ? 'it takes no keys' : `its keys are ${keys.join(', ')}`
  const hint = nearest === undefined ? `Remove "${key}": ${all}` : `Write "${nearest}" for "${key}"`
  return read.invalid(`it has no key "${key}"${nearest ? `; did you mean "${nearest}"?` : `, ${all}`}`, hint)
}
