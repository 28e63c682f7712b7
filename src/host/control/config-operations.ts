import { stringMapSchema } from '../../lattice/control/schemas.js'
import type { LatticeMessage } from '../../lattice/message.js'
import { isConfigName, readConfig } from '../../lattice/store/configs.js'
import { answer, done, refuse } from './answer.js'
import type { Answer } from './answer.js'
import { readRequest } from './request.js'
import type { ControlSurroundings } from './surroundings.js'

/** A request about one named config. */
export interface ConfigRequest {
  readonly name: string
  readonly message: LatticeMessage
}

/** `config.get`: success without a response where there is none. */
export async function getConfig({ store }: ControlSurroundings, { name }: ConfigRequest): Promise<Answer> {
  const values = await readConfig(store.config, name)
  return values ? answer(values) : done('Configuration not found')
}

/** `config.put`: replaces all values. */
export async function putConfig(
  host: ControlSurroundings,
  { name, message }: ConfigRequest,
): Promise<Answer> {
  const values = readRequest(message, stringMapSchema, 'config data should be a map of string -> string')
  if (!isConfigName(name)) return refuse(`config name "${name}" may hold letters, digits, _, -, / and = only`)
  await host.store.config.put(name, JSON.stringify(values))
  host.publish('config_set', { config_name: name })
  return done('successfully put config')
}

/** `config.del`: also a success where there was none. */
export async function deleteConfig(host: ControlSurroundings, { name }: ConfigRequest): Promise<Answer> {
  if (isConfigName(name)) await host.store.config.purge(name)
  host.publish('config_deleted', { config_name: name })
  return done('successfully deleted config')
}
