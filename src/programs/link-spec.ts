import { AppError } from '../core/errors.js'
import type { ControlClient } from '../lattice/control/client.js'
import type { LinkInput } from '../lattice/control/schemas.js'
import { parseInterfaceName } from '../wit/interface-name.js'
import { storeConfig, type ConfigChoice } from './stored-config.js'

/** A link to put. */
export interface LinkSpec {
  /** Id of the component or provider that calls. */
  readonly source: string
  /** Id of the component or provider that is called. */
  readonly target: string
  /** Names of interfaces of one package: `wasi:keyvalue/store`. */
  readonly interfaces: readonly string[]
  /** Default `default`. */
  readonly name?: string | undefined
  /** For the source: names of configs, or values, stored as config `SOURCE-TARGET-PACKAGE-NAME-source`. */
  readonly sourceConfig?: ConfigChoice | undefined
  /** For the target; values are stored as config `SOURCE-TARGET-PACKAGE-NAME-target`. */
  readonly targetConfig?: ConfigChoice | undefined
}

/** The link of the lattice that a specification means; values of configs are stored. Throws USAGE_INVALID. */
export async function toLink(control: ControlClient, spec: LinkSpec): Promise<LinkInput> {
  const { source, target, name = 'default', sourceConfig, targetConfig } = spec
  const names = spec.interfaces.map(parseInterface)
  const [first, ...others] = names
  if (first === undefined || others.some((other) => other.owner !== first.owner)) {
    throw new AppError('USAGE_INVALID', 'A link lists interfaces of one package, at least one')
  }
  const config = `${source}-${target}-${first.package}-${name}`
  return {
    source_id: source,
    target,
    name,
    wit_namespace: first.namespace,
    wit_package: first.package,
    interfaces: names.map((one) => one.interface),
    source_config: await storeConfig(control, `${config}-source`, sourceConfig),
    target_config: await storeConfig(control, `${config}-target`, targetConfig),
  }
}

/** Namespace and name of a package: `wasi:keyvalue`, or an interface of it. Throws USAGE_INVALID. */
export function parsePackage(text: string): { readonly wit_namespace: string; readonly wit_package: string } {
  const match = /^([a-z][a-z0-9-]*):([a-z][a-z0-9-]*)(?:[/@].*)?$/.exec(text)
  if (match?.[1] !== undefined && match[2] !== undefined)
    return { wit_namespace: match[1], wit_package: match[2] }
  throw new AppError('USAGE_INVALID', `"${text}" is no name of a package, such as wasi:keyvalue`)
}

interface NamedInterface {
  readonly namespace: string
  readonly package: string
  readonly owner: string
  readonly interface: string
}

function parseInterface(name: string): NamedInterface {
  const parsed = parseInterfaceName(name)
  if (parsed !== undefined) return { ...parsed, owner: `${parsed.namespace}:${parsed.package}` }
  throw new AppError('USAGE_INVALID', `"${name}" is no name of an interface, such as wasi:keyvalue/store`)
}
