import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys'

/** What lets one user in. */
export interface NatsUser {
  readonly jwt: string
  readonly seed: string
  /** Both, as a `.creds` file holds them. */
  readonly creds: string
}

/** The configuration of a nats-server that lets in only users of one account, and such a user. */
export function jwtConfiguration(): { readonly configuration: string; readonly user: NatsUser } {
  const [operator, system, account, user] = [createOperator(), createAccount(), createAccount(), createUser()]
  const limits = {
    subs: -1,
    conn: -1,
    leaf: -1,
    imports: -1,
    exports: -1,
    data: -1,
    payload: -1,
    wildcards: true,
  }
  const storage = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 }
  const accountJwt = (key: KeyPair, extra: object): string =>
    sign(operator, key.getPublicKey(), { type: 'account', version: 2, limits: { ...limits, ...extra } })
  const jwt = sign(account, user.getPublicKey(), {
    type: 'user',
    version: 2,
    ...{ subs: -1, data: -1, payload: -1, pub: {}, sub: {} },
  })
  const operatorJwt = sign(operator, operator.getPublicKey(), {
    type: 'operator',
    version: 2,
    system_account: system.getPublicKey(),
  })
  const configuration = `operator: ${operatorJwt}
system_account: ${system.getPublicKey()}
resolver: MEMORY
resolver_preload {
  ${system.getPublicKey()}: ${accountJwt(system, {})}
  ${account.getPublicKey()}: ${accountJwt(account, storage)}
}
`
  return { configuration, user: { jwt, seed: seedOf(user), creds: credsFile(jwt, seedOf(user)) } }
}

/** The configuration of a nats-server that lets in one nkey, and its seed. */
export function nkeyConfiguration(): { readonly configuration: string; readonly seed: string } {
  const user = createUser()
  const configuration = `authorization { users: [ { nkey: ${user.getPublicKey()} } ] }\n`
  return { configuration, seed: seedOf(user) }
}

/** The configuration of a nats-server that talks TLS with the certificate of the fixtures, and that as a file. */
export function tlsConfiguration(options: { readonly isFirst?: boolean } = {}): {
  readonly configuration: string
  readonly caFile: string
} {
  const caFile = fileURLToPath(new URL('../fixtures/tls/localhost.crt', import.meta.url))
  const keyFile = fileURLToPath(new URL('../fixtures/tls/localhost.key', import.meta.url))
  const first = options.isFirst ? ', handshake_first: true' : ''
  return { configuration: `tls { cert_file: "${caFile}", key_file: "${keyFile}"${first} }\n`, caFile }
}

function seedOf(key: KeyPair): string {
  return new TextDecoder().decode(key.getSeed())
}

function credsFile(jwt: string, seed: string): string {
  return `-----BEGIN NATS USER JWT-----
${jwt}
------END NATS USER JWT------

************************* IMPORTANT *************************
NKEY Seed printed below can be used to sign and prove identity.

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------
`
}

/** A JWT of NATS: https://docs.nats.io/running-a-nats-service/nats_admin/security/jwt */
function sign(issuer: KeyPair, subject: string, nats: object): string {
  const claims = {
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    name: 'test',
    sub: subject,
    nats,
  }
  const jti = createHash('sha256').update(JSON.stringify(claims)).digest('hex')
  const body = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ jti, ...claims })}`
  return `${body}.${Buffer.from(issuer.sign(new TextEncoder().encode(body))).toString('base64url')}`
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
