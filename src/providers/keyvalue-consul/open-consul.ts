import { AppError, messageOf } from '../../core/errors.js'
import { HttpApi, readAuthorities } from '../support/http-api.js'
import type { OpenStore } from '../support/key-value-provider.js'
import { ConsulStore } from './consul-store.js'
import type { ConsulSettings } from './settings.js'

const timeoutMs = 5_000

/** Opens a Consul server for a link. Throws LINK_CONFIG_INVALID, or STORE_UNREACHABLE where none answers. */
export async function openConsul({
  addr,
  token,
  prefix,
  datacenter,
  certs,
}: ConsulSettings): Promise<OpenStore> {
  const ca = certs === undefined ? undefined : await readAuthorities(certs)
  const headers: Record<string, string> = token === undefined ? {} : { 'x-consul-token': token }
  const api = new HttpApi({ baseUrl: addr, headers, ca, timeoutMs })
  try {
    const { status } = await api.send({ method: 'GET', path: '/v1/status/leader' })
    if (status !== 200) throw new Error(`it answers with status ${status}`)
  } catch (cause) {
    api.close()
    throw new AppError('STORE_UNREACHABLE', `Cannot use Consul at ${addr.host}: ${messageOf(cause)}`, {
      hint: 'Check addr and token of the link',
      cause,
    })
  }
  return {
    bucket: (name) => new ConsulStore(api, { folder: joined(prefix, name), datacenter }),
    close: async () => api.close(),
  }
}

function joined(...parts: readonly string[]): string {
  return parts
    .map((part) => part.replace(/^\/+|\/+$/g, ''))
    .filter((part) => part !== '')
    .join('/')
}
