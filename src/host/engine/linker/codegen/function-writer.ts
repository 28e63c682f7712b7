import { NameCounter, type LocalPrefix } from './names.js'

/** Writes the body of one generated function, line by line, with the names of its variables. */
export class FunctionWriter {
  readonly #lines: string[] = []
  readonly #names = new NameCounter<LocalPrefix>()
  #depth = 1

  /** A name that the function does not use yet. */
  local(prefix: LocalPrefix): string {
    return this.#names.next(prefix)
  }

  /** One statement. It gets its semicolon here: a next line that starts with a parenthesis would continue it. */
  line(text: string): void {
    this.#push(`${text};`)
  }

  /** A line that ends in an opening brace. */
  open(text: string): void {
    this.#push(text)
    this.#depth++
  }

  /** Closes the block that was opened last; `then` may open another, as in `} else {`. */
  close(then = ''): void {
    this.#depth--
    this.#push(`}${then}`)
    if (then.endsWith('{')) this.#depth++
  }

  /** The expression as a name: a constant for it, unless it is a name already. */
  hoist(prefix: LocalPrefix, expression: string): string {
    if (/^[A-Za-z_$][\w$]*$/.test(expression)) return expression
    const name = this.local(prefix)
    this.line(`const ${name} = ${expression}`)
    return name
  }

  /** The function as an arrow function. */
  arrow(params: readonly string[]): string {
    return `(${params.join(', ')}) => {\n${this.#lines.join('\n')}\n}`
  }

  #push(text: string): void {
    this.#lines.push(`${'  '.repeat(this.#depth)}${text}`)
  }
}
