import type { ComponentClaims } from '../../component/claims/read-component-claims.js'
import type { Logger } from '../../core/log.js'
import type { ScaleComponentRequest, StringMap } from '../../lattice/control/schemas.js'
import type { EventPublisher } from '../../lattice/events/event-publisher.js'
import { errorChain } from '../error-chain.js'
import { claimsOfEvent } from './component-claims.js'

/** A component as it has become. */
export interface ScaledComponent {
  readonly id: string
  readonly imageRef: string
  readonly annotations: StringMap
  readonly claims: ComponentClaims | undefined
  /** 0 once it has stopped. */
  readonly count: number
}

/** What a failed change is reported with. */
export interface Change {
  readonly id: string
  readonly imageRef: string
  readonly request: Pick<ScaleComponentRequest, 'annotations' | 'count'>
}

/** Tells the lattice how changes of components ended. */
export class ComponentEvents {
  readonly #hostId: string
  readonly #publish: EventPublisher
  readonly #log: Logger

  constructor(options: { readonly hostId: string; readonly publish: EventPublisher; readonly log: Logger }) {
    this.#hostId = options.hostId
    this.#publish = options.publish
    this.#log = options.log
  }

  scaled({ id, imageRef, annotations, claims, count }: ScaledComponent): void {
    const signature = claims ? { public_key: claims.sub, claims: claimsOfEvent(claims) } : {}
    this.#publish('component_scaled', {
      ...{ annotations, component_id: id, host_id: this.#hostId, image_ref: imageRef, max_instances: count },
      ...signature,
    })
  }

  failed({ id, imageRef, request }: Change, failure: unknown): void {
    const error = errorChain(failure)
    this.#log.error('cannot scale a component', { component: id, reference: imageRef, reason: error })
    this.#publish('component_scale_failed', {
      annotations: request.annotations ?? {},
      component_id: id,
      error,
      host_id: this.#hostId,
      image_ref: imageRef,
      max_instances: request.count,
    })
  }
}
