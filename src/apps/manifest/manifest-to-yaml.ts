import { stringify } from 'yaml'

/** A manifest as YAML, its lists not indented, as wash prints it. */
export function manifestToYaml(manifest: unknown): string {
  return stringify(manifest, { indentSeq: false, lineWidth: 0, aliasDuplicateObjects: false })
}
