import type { LatticeMessage } from '../../lattice/message.js'
import { answer, refuse } from './answer.js'
import type { Answer } from './answer.js'
import { deleteConfig, getConfig, putConfig } from './config-operations.js'
import * as hosts from './host-operations.js'
import { deleteLink, getLinks, putLink } from './link-operations.js'
import type { ControlSurroundings } from './surroundings.js'
import * as workloads from './workload-operations.js'

/**
 * The routing table of the control interface: what follows `{prefix}.v1.{lattice}.`. A name stands for a host's id where
 * the subject is a host's own, which its subscriptions ensure, or for the name of a config.
 * No answer (undefined) is part of the protocol for auctions only.
 */
export async function routeRequest(
  host: ControlSurroundings,
  message: LatticeMessage,
): Promise<Answer | undefined> {
  const [noun, verb, name, ...rest] = message.subject
    .slice(host.connection.subjects.ctlRoot.length)
    .split('.')
  if (rest.length > 0) return unsupported()
  const config = { name: name ?? '', message }
  switch (`${noun}.${verb}${name === undefined ? '' : '.'}`) {
    case 'host.ping':
      return hosts.pingHost(host)
    case 'host.get.':
      return hosts.getInventory(host)
    case 'host.stop.':
      return hosts.stopHost(host, message)
    case 'component.auction':
      return hosts.bidForComponent(host, message)
    case 'component.scale.':
      return workloads.scaleComponent(host, message)
    case 'component.update.':
      return workloads.updateComponent(host, message)
    case 'provider.auction':
      return hosts.bidForProvider(host, message)
    case 'provider.start.':
      return workloads.startProvider(host, message)
    case 'provider.stop.':
      return await workloads.stopProvider(host, message)
    case 'label.put.':
      return await hosts.putLabel(host, message)
    case 'label.del.':
      return await hosts.deleteLabel(host, message)
    case 'link.get':
      return getLinks(host)
    case 'link.put':
      return await putLink(host, message)
    case 'link.del':
      return await deleteLink(host, message)
    case 'claims.get':
      return answer(host.links.claims())
    case 'config.get.':
      return await getConfig(host, config)
    case 'config.put.':
      return await putConfig(host, config)
    case 'config.del.':
      return await deleteConfig(host, config)
    case 'registry.put':
      return hosts.putRegistries(host, message)
    default:
      return unsupported()
  }
}

function unsupported(): Answer {
  return refuse('unsupported subject')
}
