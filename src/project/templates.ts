import { fileURLToPath } from 'node:url'

/** A project that `new` can copy. */
export interface Template {
  readonly name: string
  readonly kind: 'component' | 'provider'
  readonly description: string
}

/** The templates that come with the package, best first. */
export const templates: readonly Template[] = [
  {
    name: 'hello-world-typescript',
    kind: 'component',
    description: 'A TypeScript component that answers HTTP requests',
  },
  {
    name: 'provider-typescript',
    kind: 'provider',
    description: 'A TypeScript provider that serves a key-value store',
  },
]

/** Those of one kind. */
export function templatesOf(kind: Template['kind']): readonly Template[] {
  return templates.filter((template) => template.kind === kind)
}

/** The folder of a template in the installed package. */
export function templateFolder({ name }: Template): string {
  return fileURLToPath(new URL(`../../templates/${name}`, import.meta.url))
}
