import { AppError } from '../core/errors.js'
import type { LinkInput } from '../lattice/control/schemas.js'
import { isContractId, toModernLink, type ModernLink } from '../lattice/operations/older-link.js'
import { parseKeyValues } from './key-values.js'

/** What the flags of `link put` say. */
export interface LinkFlags {
  readonly name: string
  readonly interfaces: readonly string[]
  readonly sourceConfig: readonly string[]
  readonly targetConfig: readonly string[]
}

/** The link that a command line means, in today's form or in that of wasmCloud 0.x. Throws USAGE_INVALID. */
export function readLinkArguments(args: readonly string[], flags: LinkFlags): ModernLink {
  const [source = '', target = '', third = '', ...rest] = args
  if (isContractId(third)) {
    const values = parseKeyValues(rest)
    return toModernLink({ component: source, provider: target, contract: third, values, name: flags.name })
  }
  const [witPackage, extra] = rest
  if (witPackage === undefined) throw usage('Missing argument WIT-PACKAGE for "washi link put"')
  if (extra !== undefined) throw usage(`Unexpected argument "${extra}" for "washi link put"`)
  if (flags.interfaces.length === 0) throw usage('Missing required flag interface')
  const link: LinkInput = {
    source_id: source,
    target,
    name: flags.name,
    wit_namespace: third,
    wit_package: witPackage,
    interfaces: [...flags.interfaces],
    source_config: [...flags.sourceConfig],
    target_config: [...flags.targetConfig],
  }
  return { link, config: undefined }
}

function usage(message: string): AppError {
  return new AppError('USAGE_INVALID', message, { hint: 'Run "washi link put --help"' })
}
