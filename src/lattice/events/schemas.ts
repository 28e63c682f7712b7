import { z } from 'zod'
import { hostInventorySchema } from '../control/inventory-schemas.js'
import { linkKeySchema, linkSchema, stringMapSchema } from '../control/schemas.js'

const annotations = stringMapSchema.default({})
const hostAndProvider = z.object({ host_id: z.string().default(''), provider_id: z.string() })

const componentScaled = z.object({
  annotations,
  host_id: z.string().default(''),
  image_ref: z.string(),
  max_instances: z.number(),
  component_id: z.string(),
  public_key: z.string().optional(),
  claims: z.unknown().optional(),
})

/** The data of every event of the lattice, by the event's name. */
export const eventSchemas = {
  host_started: z.object({
    friendly_name: z.string().default(''),
    labels: stringMapSchema.default({}),
    uptime_seconds: z.number().default(0),
    version: z.string().default(''),
  }),
  host_heartbeat: hostInventorySchema,
  host_stopped: z.object({ labels: stringMapSchema.default({}) }),
  component_scaled: componentScaled,
  component_scale_failed: componentScaled.omit({ claims: true }).extend({ error: z.string() }),
  linkdef_set: linkSchema,
  linkdef_set_failed: linkSchema.extend({ error: z.string() }),
  linkdef_deleted: linkKeySchema.extend({
    target: z.string().optional(),
    interfaces: z.array(z.string()).optional(),
  }),
  /** Of washi's hosts only: the provider has taken the link. */
  linkdef_established: linkSchema.extend({ host_id: z.string(), provider_id: z.string() }),
  provider_started: z.object({
    host_id: z.string().default(''),
    image_ref: z.string(),
    provider_id: z.string(),
    annotations,
    instance_id: z.string().optional(),
    public_key: z.string().optional(),
    link_name: z.string().optional(),
    claims: z.unknown().optional(),
  }),
  provider_start_failed: z.object({
    provider_ref: z.string(),
    provider_id: z.string(),
    host_id: z.string().default(''),
    error: z.string(),
    link_name: z.string().default('default'),
  }),
  provider_stopped: z.object({
    host_id: z.string().default(''),
    provider_id: z.string(),
    annotations,
    reason: z.string().default('stop'),
    instance_id: z.string().optional(),
    public_key: z.string().optional(),
    link_name: z.string().optional(),
  }),
  health_check_passed: hostAndProvider,
  health_check_failed: hostAndProvider,
  health_check_status: hostAndProvider,
  config_set: z.object({ config_name: z.string() }),
  config_deleted: z.object({ config_name: z.string() }),
  labels_changed: z.object({ host_id: z.string(), labels: stringMapSchema }),
} as const

/** The name of an event: the last part of its subject and type. */
export type EventName = keyof typeof eventSchemas

/** The data of the event of that name. */
export type EventData<N extends EventName> = z.infer<(typeof eventSchemas)[N]>

/** Prefix of the CloudEvents type of every event of the lattice. */
export const eventTypePrefix = 'com.wasmcloud.lattice.'

/** The CloudEvents 1.0 envelope, structured mode. */
export const cloudEventSchema = z.object({
  specversion: z.string(),
  id: z.string(),
  type: z.string(),
  source: z.string(),
  datacontenttype: z.string().optional(),
  time: z.string().optional(),
  data: z.unknown(),
})
export type CloudEvent = Readonly<z.infer<typeof cloudEventSchema>>

interface Envelope {
  readonly id: string
  /** The host that says so. */
  readonly source: string
  /** RFC 3339. */
  readonly time: string
}

/** An event whose type or data washi does not know; `data` is as it came. */
export interface UnknownEvent extends Envelope {
  readonly kind: 'unknown'
  readonly type: string
  readonly data: unknown
}

/** A parsed event; `kind` is its name. */
export type LatticeEvent =
  | { readonly [N in EventName]: Envelope & { readonly kind: N; readonly data: EventData<N> } }[EventName]
  | UnknownEvent

/** Reads an event of any kind; never throws. */
export function parseEvent(json: unknown): LatticeEvent {
  const parsed = cloudEventSchema.safeParse(json)
  if (!parsed.success) return { kind: 'unknown', type: '', id: '', source: '', time: '', data: json }
  const { id, source, type, time = '', data } = parsed.data
  const name = type.startsWith(eventTypePrefix) ? type.slice(eventTypePrefix.length) : ''
  if (isEventName(name)) {
    const read = eventSchemas[name].safeParse(data)
    // The schema was chosen by the name, so the data fits the kind; the compiler cannot follow a lookup that far.
    if (read.success) return { kind: name, id, source, time, data: read.data } as LatticeEvent
  }
  return { kind: 'unknown', type, id, source, time, data }
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(eventSchemas, name)
}
