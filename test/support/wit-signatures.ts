/**
 * Reads WIT packages and writes each function with its types written out in full, `INTERFACE SIGNATURE`, so that they
 * can be compared with what washi reads of a binary. Covers what the fixtures use, not all of WIT.
 */
export function signaturesOfWit(packages: readonly string[]): string[] {
  return new WitReader(packages.map(tokenize)).read()
}

function tokenize(text: string): readonly string[] {
  return (
    text
      .replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '')
      .match(/%?[A-Za-z][\w-]*|->|@[\w+-]+(?:\.[\w+-]+)*|[{}()<>,;:=./_*]/g) ?? []
  )
}

type Parameter = readonly [name: string, type: Type]
type Type = string | { readonly name: string; readonly args: readonly Type[] }
type Definition =
  | { readonly kind: 'alias'; readonly type: Type }
  | { readonly kind: 'use'; readonly from: string; readonly name: string }
  | { readonly kind: 'record'; readonly fields: readonly Parameter[] }
  | { readonly kind: 'variant'; readonly cases: readonly (readonly [string, Type | undefined])[] }
  | { readonly kind: 'enum' | 'flags'; readonly names: readonly string[] }
  | { readonly kind: 'resource' }

interface Func {
  readonly name: string
  readonly params: readonly Parameter[]
  readonly result?: Type | undefined
}

interface Interface {
  readonly definitions: Map<string, Definition>
  readonly functions: Func[]
}

class WitReader {
  #at = 0
  #tokens: readonly string[] = []
  readonly #interfaces = new Map<string, Interface>()

  constructor(packages: readonly (readonly string[])[]) {
    for (const tokens of packages) this.#package(tokens)
  }

  read(): string[] {
    return [...this.#interfaces].flatMap(([name, entry]) =>
      entry.functions.map((func) => `${name} ${this.#signature(func, name)}`),
    )
  }

  #package(tokens: readonly string[]): void {
    this.#at = 0
    this.#tokens = tokens
    this.#expect('package')
    const name = this.#next() + this.#expect(':') + this.#next()
    const version = this.#peek().startsWith('@') ? this.#next() : ''
    this.#expect(';')
    while (this.#at < tokens.length) {
      const token = this.#next()
      if (token === 'interface') this.#interface(`${name}/${this.#next()}${version}`)
      else if (token === 'world') this.#skipWorld()
      else throw new Error(`unexpected ${token}`)
    }
  }

  #skipWorld(): void {
    while (this.#next() !== '}');
  }

  #path(): string {
    let path = ''
    while (!(this.#peek() === '.' && this.#peek(1) === '{')) path += this.#next()
    return path
  }

  #interface(name: string): void {
    const entry: Interface = { definitions: new Map(), functions: [] }
    this.#interfaces.set(name, entry)
    this.#expect('{')
    while (!this.#accept('}')) this.#item(entry, name)
  }

  #item({ definitions, functions }: Interface, owner: string): void {
    const token = this.#next()
    const isKeyword = this.#peek() !== ':'
    if (isKeyword && token === 'use') this.#use(definitions, owner)
    else if (isKeyword && token === 'type') {
      const name = this.#name()
      this.#expect('=')
      definitions.set(name, { kind: 'alias', type: this.#type() })
      this.#expect(';')
    } else if (isKeyword && token === 'resource') this.#resource(definitions, functions)
    else if (isKeyword && token === 'record') {
      definitions.set(this.#name(), { kind: 'record', fields: this.#list('{', '}', () => this.#parameter()) })
    } else if (isKeyword && token === 'variant') {
      const name = this.#name()
      const cases = this.#list('{', '}', () => {
        const label = this.#name()
        return [
          label,
          this.#peek() === '(' ? this.#list('(', ')', () => this.#type())[0] : undefined,
        ] as const
      })
      definitions.set(name, { kind: 'variant', cases })
    } else if (isKeyword && (token === 'enum' || token === 'flags')) {
      definitions.set(this.#name(), { kind: token, names: this.#list('{', '}', () => this.#name()) })
    } else {
      this.#expect(':')
      this.#expect('func')
      functions.push({ name: token.replace('%', ''), ...this.#func() })
    }
  }

  #use(definitions: Map<string, Definition>, owner: string): void {
    const path = this.#path()
    const [, packageName = '', version = ''] = /^(.*)\/[^@]*(@.*)?$/.exec(owner) ?? []
    const from = path.includes('/') ? path : `${packageName}/${path}${version}`
    this.#expect('.')
    for (const [name, as] of this.#list('{', '}', () => {
      const used = this.#name()
      return [used, this.#accept('as') ? this.#name() : used] as const
    })) {
      definitions.set(as, { kind: 'use', from, name })
    }
    this.#expect(';')
  }

  #resource(definitions: Map<string, Definition>, functions: Func[]): void {
    const resource = this.#name()
    definitions.set(resource, { kind: 'resource' })
    if (this.#accept(';')) return
    this.#expect('{')
    while (!this.#accept('}')) {
      const name = this.#next()
      if (name === 'constructor' && this.#peek() === '(') {
        const func = this.#func()
        functions.push({ name: `[constructor]${resource}`, ...func, result: func.result ?? resource })
        continue
      }
      this.#expect(':')
      const isStatic = this.#accept('static')
      this.#expect('func')
      const { params, result } = this.#func()
      const label = `${resource}.${name.replace('%', '')}`
      const self: Parameter = ['self', { name: 'borrow', args: [resource] }]
      functions.push(
        isStatic
          ? { name: `[static]${label}`, params, result }
          : { name: `[method]${label}`, params: [self, ...params], result },
      )
    }
  }

  #func(): Omit<Func, 'name'> {
    const params = this.#list('(', ')', () => this.#parameter())
    const result = this.#accept('->') ? this.#type() : undefined
    this.#expect(';')
    return { params, result }
  }

  #parameter(): Parameter {
    const name = this.#name()
    this.#expect(':')
    return [name, this.#type()]
  }

  #type(): Type {
    const name = this.#name()
    return this.#peek() === '<' ? { name, args: this.#list('<', '>', () => this.#type()) } : name
  }

  #signature({ name, params, result }: Func, owner: string): string {
    const shown = params.map(([label, type]) => `${label}: ${this.#expand(type, owner)}`)
    return `${name}(${shown.join(', ')})${result === undefined ? '' : ` -> ${this.#expand(result, owner)}`}`
  }

  #expand(type: Type, owner: string): string {
    if (typeof type !== 'string') {
      if (type.name === 'borrow' || type.name === 'own') {
        return `${type.name}(${this.#expand(type.args[0] ?? '', owner).replace(/^own\(|\)$/g, '')})`
      }
      if (type.name === 'result') {
        const [ok = '_', err = '_'] = type.args
        return `result<${this.#expand(ok, owner)}, ${this.#expand(err, owner)}>`
      }
      return `${type.name}<${type.args.map((arg) => this.#expand(arg, owner)).join(', ')}>`
    }
    if (type === 'result') return 'result<_, _>'
    const definition = this.#interfaces.get(owner)?.definitions.get(type)
    switch (definition?.kind) {
      case undefined:
        return type
      case 'alias':
        return this.#expand(definition.type, owner)
      case 'use':
        return this.#expand(definition.name, definition.from)
      case 'record':
        return `record{${definition.fields.map(([name, of]) => `${name}: ${this.#expand(of, owner)}`).join(', ')}}`
      case 'variant':
        return `variant{${definition.cases.map(([name, of]) => (of === undefined ? name : `${name}(${this.#expand(of, owner)})`)).join(', ')}}`
      case 'enum':
      case 'flags':
        return `${definition.kind}{${definition.names.join(', ')}}`
      case 'resource':
        return `own(${owner}.${type})`
      default:
        return definition satisfies never
    }
  }

  #list<Item>(open: string, close: string, item: () => Item): Item[] {
    const items: Item[] = []
    this.#expect(open)
    while (!this.#accept(close)) {
      items.push(item())
      this.#accept(',')
    }
    return items
  }

  #peek(ahead = 0): string {
    return this.#tokens[this.#at + ahead] ?? ''
  }

  #next(): string {
    const token = this.#tokens[this.#at++]
    if (token === undefined) throw new Error('the text ends too early')
    return token
  }

  #name(): string {
    return this.#next().replace('%', '')
  }

  #accept(token: string): boolean {
    if (this.#peek() !== token) return false
    this.#at++
    return true
  }

  #expect(token: string): string {
    if (!this.#accept(token)) throw new Error(`expected ${token}, found ${this.#peek()} at token ${this.#at}`)
    return token
  }
}
