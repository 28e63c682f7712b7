import type { Publication } from './publication.js'

/** What a client can ask for; called in the order of its bytes. A thrown ProtocolError ends the parsing. */
export interface ClientOperations {
  onConnect(json: string): void
  onPublish(publication: Publication): void
  onSubscribe(subject: string, queue: string | undefined, sid: string): void
  /** `max` is the number of deliveries after which the subscription ends; undefined ends it now. */
  onUnsubscribe(sid: string, max: number | undefined): void
  onPing(): void
  onPong(): void
}
