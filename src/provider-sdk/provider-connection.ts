import { connectLattice } from '../lattice/connection.js'
import type { LatticeConnection } from '../lattice/connection.js'
import type { LatticeAccess } from '../lattice/access.js'
import { parseLatticeName } from '../lattice/ids.js'
import type { HostData } from '../lattice/provider-protocol/host-data.js'

/** Connects a provider to the bus that its host names. Throws LATTICE_UNREACHABLE or ID_INVALID. */
export async function connectProvider(data: HostData): Promise<LatticeConnection> {
  const { url, access } = addressOf(data)
  return await connectLattice({
    url,
    access,
    lattice: parseLatticeName(data.lattice_rpc_prefix),
    name: `provider ${data.provider_key}`,
    timeoutMs: connectMs,
  })
}

const connectMs = 10_000

function addressOf(data: HostData): { readonly url: string; readonly access: LatticeAccess } {
  const given = data.lattice_rpc_url === '' ? 'nats://127.0.0.1:4222' : data.lattice_rpc_url
  const text = given.includes('://') ? given : `nats://${given}`
  const { lattice_rpc_user_jwt: jwt, lattice_rpc_user_seed: seed } = data
  if (jwt !== '') return { url: text, access: { login: { kind: 'jwt', jwt, seed } } }
  const { username, password, protocol, host } = new URL(text)
  if (username === '') return { url: text, access: {} }
  const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)]
  return { url: `${protocol}//${host}`, access: { login: { kind: 'password', user, password: secret } } }
}
