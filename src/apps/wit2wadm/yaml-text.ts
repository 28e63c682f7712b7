/** Words that YAML readers take for something else than a string. */
const reserved = /^(?:true|false|yes|no|on|off|y|n|null|nan)$/i

/** A string as a YAML scalar: plain where that is safe, quoted otherwise. */
export function scalar(text: string): string {
  const isPlain = /^[A-Za-z][\w./@+-]*(?::[\w./@+-]+)*$/.test(text) && !reserved.test(text)
  return isPlain ? text : JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escape)
}

/** A list of strings on one line. */
export function flowList(items: readonly string[]): string {
  return `[${items.map(scalar).join(', ')}]`
}

/** Lines, two spaces further in for each level. */
export function indent(lines: readonly string[], levels: number): string[] {
  return lines.map((line) => (line === '' ? '' : '  '.repeat(levels) + line))
}

/** Lines as comments. */
export function comment(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '#' : `# ${line}`))
}

function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}
