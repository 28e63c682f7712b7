import type { LatticeMessage } from '../../lattice/message.js'
import { refuse } from './answers.js'
import type { ApiAnswer } from './answers.js'
import type { ApiSurroundings } from './api-surroundings.js'
import { deployModel } from './deploy-model.js'
import { putModel } from './put-model.js'
import { getModel, getStatus, getVersions, summarizeModels } from './read-model.js'
import { deleteModel, undeployModel } from './undeploy-model.js'

type NamedOperation = (api: ApiSurroundings, name: string, message: LatticeMessage) => Promise<ApiAnswer>
type UnnamedOperation = (api: ApiSurroundings, message: LatticeMessage) => Promise<ApiAnswer>

/** Operations on one application, by the operation's name in the subject. */
export const namedOperations: Readonly<Record<string, NamedOperation>> = {
  get: getModel,
  versions: getVersions,
  status: getStatus,
  deploy: deployModel,
  undeploy: undeployModel,
  del: deleteModel,
  history: async () =>
    refuse('Model deployment history is not currently supported. It may be added in a future version'),
}

/** Operations without a name in the subject. */
export const unnamedOperations: Readonly<Record<string, UnnamedOperation>> = {
  put: putModel,
  list: async (api) => await summarizeModels(api),
  get: async (api) => ({
    result: 'success',
    message: 'Successfully fetched list of applications',
    models: await summarizeModels(api),
  }),
}
