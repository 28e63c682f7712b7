import { AppError, messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import { HttpApi, encodePath, readAuthorities } from '../support/http-api.js'
import type { OpenStore } from '../support/key-value-provider.js'
import type { VaultSettings } from './settings.js'
import { VaultStore } from './vault-store.js'

const timeoutMs = 5_000

/** Opens a Vault server for a link. Throws LINK_CONFIG_INVALID, or STORE_UNREACHABLE where it does not take the token. */
export async function openVault(settings: VaultSettings, log: Logger): Promise<OpenStore> {
  const { addr, token, mount, certs } = settings
  if (token === undefined) {
    throw new AppError('LINK_CONFIG_INVALID', 'A link to keyvalue-vault has no token', {
      hint: 'Put a secret named token into the target_config of the link',
    })
  }
  const ca = certs === undefined ? undefined : await readAuthorities(certs)
  const api = new HttpApi({ baseUrl: addr, headers: { 'x-vault-token': token }, ca, timeoutMs })
  try {
    await requireToken(api)
  } catch (cause) {
    api.close()
    throw new AppError('STORE_UNREACHABLE', `Cannot use Vault at ${addr.host}: ${messageOf(cause)}`, {
      hint: 'Check addr and token of the link, and that the server is unsealed',
      cause,
    })
  }
  const renewal = startRenewal(api, settings, log)
  return {
    bucket: (name) => new VaultStore(api, { mount: encodePath(mount), path: encodePath(name) }),
    close: async () => {
      clearInterval(renewal)
      api.close()
    },
  }
}

async function requireToken(api: HttpApi): Promise<void> {
  const { status } = await api.send({ method: 'GET', path: '/v1/auth/token/lookup-self' })
  if (status === 403) throw new Error('it does not take the token')
  if (status !== 200) throw new Error(`it answers with status ${status}`)
}

function startRenewal(
  api: HttpApi,
  { refreshMs, tokenTtl }: VaultSettings,
  log: Logger,
): NodeJS.Timeout | undefined {
  if (refreshMs === undefined) return undefined
  const body = JSON.stringify(tokenTtl === undefined ? {} : { increment: tokenTtl })
  const renew = async (): Promise<void> => {
    const { status } = await api.send({ method: 'POST', path: '/v1/auth/token/renew-self', body })
    if (status !== 200) throw new Error(`status ${status}`)
  }
  return setInterval(() => {
    renew().catch((failure: unknown) =>
      log.warn('cannot renew the token of Vault', { reason: messageOf(failure) }),
    )
  }, refreshMs)
}
