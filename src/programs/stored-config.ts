import type { ControlClient } from '../lattice/control/client.js'
import { putConfig } from '../lattice/operations/configs.js'

/** Names of configs that the lattice has, or values, which are stored under a name of their own. */
export type ConfigChoice = readonly string[] | Readonly<Record<string, string>>

/** The names of the configs that a choice means; values are stored under `name` before, in place of what was there. */
export async function storeConfig(
  control: ControlClient,
  name: string,
  choice: ConfigChoice | undefined,
): Promise<string[]> {
  if (choice === undefined) return []
  if (isNames(choice)) return [...choice]
  await putConfig(control, name, choice)
  return [name]
}

function isNames(choice: ConfigChoice): choice is readonly string[] {
  return Array.isArray(choice)
}
