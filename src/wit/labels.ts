/** A label of WIT in camelCase, as jco spells it: `path-with-query` is `pathWithQuery`, `DNS-error` is `dnsError`. */
export function camelLabel(label: string): string {
  const [first = '', ...rest] = label.toLowerCase().split('-')
  return [first, ...rest.map(capitalized)].join('')
}

/** A label of WIT in PascalCase. */
export function pascalLabel(label: string): string {
  return label.toLowerCase().split('-').map(capitalized).join('')
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
