/** What a part or a whole application is at. Names as in wadm. */
export type StatusType = 'waiting' | 'undeployed' | 'reconciling' | 'deployed' | 'failed' | 'unhealthy'

/** A status with its reason; empty where there is nothing to say. */
export interface StatusInfo {
  readonly type: StatusType
  readonly message: string
}

/** The status of one scaler. */
export interface ScalerStatus {
  readonly id: string
  readonly kind: 'SpreadScaler' | 'DaemonScaler' | 'LinkScaler'
  readonly name: string
  readonly status: StatusInfo
}

/** The status of an application: the worst of its scalers, and what they say. */
export interface ApplicationStatus {
  readonly status: StatusInfo
  readonly scalers: readonly ScalerStatus[]
  /** The revision of the stored record that this status is about; undefined from a real wadm. */
  readonly revision?: number | undefined
}

/** Worst first. */
const precedence: readonly StatusType[] = [
  'failed',
  'undeployed',
  'waiting',
  'reconciling',
  'unhealthy',
  'deployed',
]

/** The status of an application with these scalers; `undeployed` without any. */
export function summarizeStatus(scalers: readonly ScalerStatus[], revision: number): ApplicationStatus {
  const types = new Set(scalers.map(({ status }) => status.type))
  const type = precedence.find((each) => types.has(each)) ?? 'undeployed'
  const messages = scalers.map(({ status }) => status.message).filter((message) => message !== '')
  return { status: { type, message: [...new Set(messages)].join(', ') }, scalers, revision }
}

/** Deployed, with nothing to say. */
export const deployed: StatusInfo = { type: 'deployed', message: '' }

/** On the way. */
export function reconciling(message: string): StatusInfo {
  return { type: 'reconciling', message }
}

/** Failed for that reason. */
export function failed(message: string): StatusInfo {
  return { type: 'failed', message }
}
