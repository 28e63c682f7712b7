import { linkKeySchema, linkSchema } from '../../lattice/control/schemas.js'
import type { Link } from '../../lattice/control/schemas.js'
import type { LatticeMessage } from '../../lattice/message.js'
import { linksOf } from '../../lattice/store/component-spec.js'
import type { SpecChanged } from '../../lattice/store/component-spec.js'
import { isSecretName } from '../../lattice/store/configs.js'
import {
  deleteLink as deleteStoredLink,
  linkConflictMessage,
  putLink as storeLink,
} from '../../lattice/store/links.js'
import { answer, done, refuse } from './answer.js'
import type { Answer } from './answer.js'
import { readRequest } from './request.js'
import type { ControlSurroundings } from './surroundings.js'

const unreadable = 'failed to deserialize wrpc link definition'

/** `link.get`: what this host has seen; its own puts are in it. */
export function getLinks({ links }: ControlSurroundings): Answer {
  return answer(links.all())
}

/** `link.put`: stores the link with its source; providers hear of it from the store, wherever they run. */
export async function putLink(host: ControlSurroundings, message: LatticeMessage): Promise<Answer> {
  const link = readRequest(message, linkSchema, unreadable)
  const missing = await describeMissing(host, link)
  if (missing !== '') return failLink(host, link, `Failed to validate configuration and secrets. ${missing}`)
  const change = await storeLink(host.store.data, link)
  if (change.result === 'conflict') return failLink(host, link, linkConflictMessage)
  takeOver(host, link.source_id, change)
  announcePut(host, link)
  host.publish('linkdef_set', link)
  host.providers.confirm(link)
  return done('successfully set link')
}

/** `link.del`: also a success where there is no such link. */
export async function deleteLink(host: ControlSurroundings, message: LatticeMessage): Promise<Answer> {
  const key = readRequest(message, linkKeySchema, unreadable)
  const change = await deleteStoredLink(host.store.data, key)
  const { result } = change
  if (result.kind === 'no-spec') return done("successfully deleted link (spec doesn't exist)")
  takeOver(host, key.source_id, change)
  if (result.kind === 'deleted') announceDelete(host, result.link)
  const removed =
    result.kind === 'deleted' ? { target: result.link.target, interfaces: result.link.interfaces } : {}
  host.publish('linkdef_deleted', { ...key, ...removed })
  return done('successfully deleted link')
}

async function describeMissing({ configs }: ControlSurroundings, link: Link): Promise<string> {
  let missing = ''
  for (const name of new Set([...link.source_config, ...link.target_config])) {
    if (await configs.isStored(name)) continue
    missing += isSecretName(name)
      ? `Secret reference ${name} not found in config store. `
      : `Configuration ${name} not found in config store. `
  }
  return missing
}

function failLink({ publish }: ControlSurroundings, link: Link, error: string): Answer {
  publish('linkdef_set_failed', { ...link, error })
  return refuse(error)
}

function takeOver({ links }: ControlSurroundings, sourceId: string, { stored }: SpecChanged<unknown>): void {
  if (stored) links.accept(sourceId, linksOf(stored.spec), stored.revision)
}

/** What built-in providers of real hosts listen for instead of the store. */
function announcePut({ rpc, configs }: ControlSurroundings, link: Link): void {
  if ([...link.source_config, ...link.target_config].some(isSecretName)) return
  const resolved = {
    ...link,
    source_config: configs.merged(link.source_config),
    target_config: configs.merged(link.target_config),
    source_secrets: null,
    target_secrets: null,
  }
  for (const id of partiesOf(link)) {
    rpc.publish(rpc.subjects.providerLinkPut(id), JSON.stringify(resolved))
  }
}

function announceDelete({ rpc }: ControlSurroundings, link: Link): void {
  const emptied = {
    ...link,
    source_config: {},
    target_config: {},
    source_secrets: null,
    target_secrets: null,
  }
  for (const id of partiesOf(link)) {
    rpc.publish(rpc.subjects.providerLinkDelete(id), JSON.stringify(emptied))
  }
}

/** Ids that can be part of a subject. */
function partiesOf(link: Link): readonly string[] {
  return [link.source_id, link.target].filter((id) => /^[^\s.*>]+$/.test(id))
}
