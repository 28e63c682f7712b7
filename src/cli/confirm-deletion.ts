import { AppError } from '../core/errors.js'

/**
 * Asks before something is deleted that cannot be brought back. Throws INTERRUPTED for "no", and USAGE_INVALID, which
 * names the flag, where there is nobody to ask.
 */
export async function confirmDeletion(
  what: string,
  { interactive }: { readonly interactive: boolean },
): Promise<void> {
  if (!interactive) {
    const hint = 'Pass --force to delete without being asked'
    throw new AppError('USAGE_INVALID', `Would delete ${what}, and there is no terminal to ask on`, { hint })
  }
  const { confirm } = await import('@clack/prompts')
  const answer = await confirm({ message: `Delete ${what}?`, initialValue: false })
  if (answer !== true) throw new AppError('INTERRUPTED', 'Cancelled, nothing was deleted')
}
