import { AppError } from '../../../../core/errors.js'

/** What a function of WIT is, by its name in the binary. */
export type FunctionName =
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'constructor'; readonly resource: string }
  | { readonly kind: 'method' | 'static'; readonly resource: string; readonly name: string }

const resourceFunction = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/

/** Splits `[method]fields.get`, `[static]fields.from-list`, `[constructor]fields`, or a plain name. */
export function parseFunctionName(full: string): FunctionName {
  const [, kind, resource = '', name = ''] = resourceFunction.exec(full) ?? []
  if (kind === 'constructor') return { kind, resource }
  if (kind === 'method' || kind === 'static') return { kind, resource, name }
  return { kind: 'function', name: full }
}

/** A label of WIT in camelCase, as jco spells it: `path-with-query` is `pathWithQuery`, `DNS-error` is `dnsError`. */
export function camelCase(label: string): string {
  const [first = '', ...rest] = words(label)
  return [first, ...rest.map(capitalized)].join('')
}

/** A label of WIT in PascalCase. */
export function pascalCase(label: string): string {
  return words(label).map(capitalized).join('')
}

function words(label: string): string[] {
  // The decoder has checked every name; what is made of one reaches generated source, so it is checked again.
  if (!/^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/.test(label)) {
    throw new AppError(
      'COMPONENT_INVALID',
      `Cannot link component: ${JSON.stringify(label)} is not a valid name`,
    )
  }
  return label.toLowerCase().split('-')
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
