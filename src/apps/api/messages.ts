import { z } from 'zod'
import type { ApplicationStatus, StatusInfo, StatusType } from '../planner/status.js'

/*
 * The answers of the application manager: schemas with which the client reads them, tolerant as the Rust client is. What
 * the server writes has the same fields in wadm's order (see operations.ts).
 */

const statusType = z.preprocess(
  (type) => (type === 'compensating' ? 'reconciling' : type === 'ready' ? 'deployed' : type),
  z.enum(['waiting', 'undeployed', 'reconciling', 'deployed', 'failed', 'unhealthy']),
)

const statusInfoSchema = z.object({ type: statusType, message: z.string().default('') })

/** The status of an application on the wire. */
export const statusSchema = z.object({
  status: statusInfoSchema,
  scalers: z
    .array(
      z.object({
        id: z.string().default(''),
        kind: z.enum(['SpreadScaler', 'DaemonScaler', 'LinkScaler']).catch('SpreadScaler'),
        name: z.string(),
        status: statusInfoSchema,
      }),
    )
    .default([]),
  /** Of washi only, see ApplicationStatus. */
  revision: z.number().optional(),
})

const message = z.string().default('')

/** The answer that every operation may give instead of its own. */
export const refusalSchema = z.object({ result: z.literal('error'), message })

/** Answer to put. */
export const putResponseSchema = z.object({
  result: z.enum(['created', 'newversion']),
  total_versions: z.number().default(0),
  current_version: z.string().default(''),
  message,
  name: z.string().default(''),
})

/** Answer to get. */
export const getResponseSchema = z.object({
  result: z.enum(['success', 'notfound']),
  message,
  manifest: z.unknown().optional(),
})

/** One application in a list. */
export const summarySchema = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string().nullish(),
  deployed_version: z.string().nullish(),
  detailed_status: statusSchema,
  status: z.string(),
  status_message: z.string().nullish(),
})

/** Answer to list, in its old form, which every version of wadm knows. */
export const listResponseSchema = z.array(summarySchema)

/** Answer to versions. */
export const versionsResponseSchema = z.object({
  result: z.enum(['success', 'notfound']),
  message,
  versions: z.array(z.object({ version: z.string(), deployed: z.boolean() })).default([]),
})

/** Answer to status. */
export const statusResponseSchema = z.object({
  result: z.enum(['ok', 'notfound']),
  message,
  status: statusSchema.optional(),
})

/** Answer to deploy and undeploy. */
export const deployResponseSchema = z.object({
  result: z.enum(['acknowledged', 'notfound']),
  message,
  name: z.string().default(''),
  version: z.string().nullish(),
  /** Of washi only: the revision of the record, which statuses carry from now on. */
  revision: z.number().optional(),
})

/** Answer to del. */
export const deleteResponseSchema = z.object({
  result: z.enum(['deleted', 'noop']),
  message,
  undeploy: z.boolean().default(false),
})

/** A status as wadm writes it: no empty messages and lists, and two old fields that are always there. */
export function encodeStatus({ status, scalers, revision }: ApplicationStatus): object {
  return {
    status: encodeInfo(status),
    ...(scalers.length === 0
      ? {}
      : { scalers: scalers.map((scaler) => ({ ...scaler, status: encodeInfo(scaler.status) })) }),
    version: '',
    components: [],
    ...(revision === undefined ? {} : { revision }),
  }
}

function encodeInfo({ type, message: text }: StatusInfo): {
  readonly type: StatusType
  readonly message?: string
} {
  return text === '' ? { type } : { type, message: text }
}
