import { isForbiddenField, parseFieldName, parseFieldValue } from './field-syntax.js'

/** `header-error` as it is thrown to the guest. */
type HeaderError = { readonly tag: 'invalid-syntax' | 'forbidden' | 'immutable' }

type Entry = readonly [name: string, value: Uint8Array]

const invalidSyntax: HeaderError = { tag: 'invalid-syntax' }
const forbidden: HeaderError = { tag: 'forbidden' }
const immutable: HeaderError = { tag: 'immutable' }

/** A field that may be there once: parties that disagree on which one counts disagree on where a message ends. */
const singular = 'content-length'

/**
 * `wasi:http/types.fields`. Kept as alternating lower-case names and latin1 values, which is how they travel, so that
 * duplicates and their order survive.
 */
export class Fields {
  #raw: string[] = []
  #isImmutable = false

  static fromList(entries: readonly Entry[]): Fields {
    const fields = new Fields()
    for (const [name, value] of entries) fields.append(name, value)
    return fields
  }

  /** The fields of a received message: immutable, and without those that belong to the host. */
  static ofMessage(rawHeaders: readonly string[]): Fields {
    const fields = new Fields()
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      const name = (rawHeaders[index] ?? '').toLowerCase()
      if (!isForbiddenField(name)) fields.#raw.push(name, rawHeaders[index + 1] ?? '')
    }
    fields.#isImmutable = true
    return fields
  }

  get(name: string): Uint8Array[] {
    return this.valuesOf(name.toLowerCase()).map(toBytes)
  }

  has(name: string): boolean {
    return this.valuesOf(name.toLowerCase()).length > 0
  }

  set(name: string, values: readonly Uint8Array[]): void {
    const { checked, texts } = { checked: this.#writableName(name), texts: values.map(checkedValue) }
    if (checked === singular && texts.length > 1) throw invalidSyntax
    this.#remove(checked)
    for (const text of texts) this.#raw.push(checked, text)
  }

  delete(name: string): void {
    this.#remove(this.#writableName(name))
  }

  append(name: string, value: Uint8Array): void {
    const checked = this.#writableName(name)
    const text = checkedValue(value)
    if (checked === singular && this.valuesOf(singular).length > 0) throw invalidSyntax
    this.#raw.push(checked, text)
  }

  entries(): Entry[] {
    const entries: Entry[] = []
    for (let index = 0; index < this.#raw.length; index += 2) {
      entries.push([this.#raw[index] ?? '', toBytes(this.#raw[index + 1] ?? '')])
    }
    return entries
  }

  clone(): Fields {
    const fields = new Fields()
    fields.#raw = [...this.#raw]
    return fields
  }

  /** Alternating names and values, for the host. */
  get raw(): readonly string[] {
    return this.#raw
  }

  /** The values of a lower-case name, for the host. */
  valuesOf(name: string): string[] {
    const values: string[] = []
    for (let index = 0; index < this.#raw.length; index += 2) {
      if (this.#raw[index] === name) values.push(this.#raw[index + 1] ?? '')
    }
    return values
  }

  /** From now on they belong to a message. */
  freeze(): this {
    this.#isImmutable = true
    return this
  }

  #writableName(name: string): string {
    if (this.#isImmutable) throw immutable
    return checkedName(name)
  }

  #remove(name: string): void {
    this.#raw = this.#raw.filter((_, index) => this.#raw[index & ~1] !== name)
  }
}

function checkedName(name: string): string {
  const checked = parseFieldName(name)
  if (checked === undefined) throw invalidSyntax
  if (isForbiddenField(checked)) throw forbidden
  return checked
}

function checkedValue(value: Uint8Array): string {
  const checked = parseFieldValue(value)
  if (checked === undefined) throw invalidSyntax
  return checked
}

function toBytes(value: string): Uint8Array {
  return Buffer.from(value, 'latin1')
}
