import { ManifestFault } from './manifest-fault.js'
import type { SourceNode, SourceScalar } from './source-tree.js'

/** Values by name. */
export type Variables = Readonly<Record<string, string | undefined>>

const reference = /\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:-)([^}]*))?\})/g

/**
 * The tree with `${NAME}` in its scalars replaced by that variable, `${NAME:-DEFAULT}` by the default where it is unset or
 * empty, and `$$` by `$`. What is put in cannot change the structure of the document. A plain scalar is read anew after
 * that, so that `instances: ${COUNT}` is a number. Throws ManifestFault for a variable that is not set, at its scalar.
 */
export function substituteVariables(node: SourceNode, variables: Variables): SourceNode {
  switch (node.kind) {
    case 'scalar':
      return substituteScalar(node, variables)
    case 'list':
      return { ...node, items: node.items.map((item) => substituteVariables(item, variables)) }
    case 'map':
      return {
        ...node,
        entries: new Map(
          [...node.entries].map(([key, entry]) => [
            key,
            { ...entry, value: substituteVariables(entry.value, variables) },
          ]),
        ),
      }
    default:
      return node satisfies never
  }
}

function substituteScalar(node: SourceScalar, variables: Variables): SourceScalar {
  if (typeof node.value !== 'string' || !node.value.includes('$')) return node
  const text = node.value.replace(
    reference,
    (whole, name: string | undefined, hasDefault: string | undefined, fallback: string | undefined) => {
      if (name === undefined) return '$'
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined
      if (hasDefault !== undefined && (value === undefined || value === '')) return fallback ?? ''
      if (value !== undefined) return value
      const how = `set it, or write \${${name}:-DEFAULT}`
      throw new ManifestFault(`the variable ${name} of "${whole}" is not set: ${how}`, node.place)
    },
  )
  if (text === node.value) return node
  return { ...node, text, value: node.isPlain ? readPlain(text) : text }
}

/** The scalars of YAML that are no strings, as far as manifests have a use for them. */
function readPlain(text: string): SourceScalar['value'] {
  if (/^-?(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text)
  if (text === 'true' || text === 'false') return text === 'true'
  return text
}
