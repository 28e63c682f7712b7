import { readFile } from 'node:fs/promises'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import { AppError, messageOf } from '../../core/errors.js'
import type { TlsSettings } from './settings.js'

/** Where Linux distributions and macOS keep the certificates that they trust. */
const systemFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
] as const

/** The certificates that settings name, once for all connections. Throws PROVIDER_CONFIG_INVALID. */
export async function loadRoots(settings: TlsSettings): Promise<SecureContext> {
  const { usesMozillaRoots, usesSystemRoots, certificatesFile } = settings
  const system = usesSystemRoots ? await readSystemRoots() : []
  const own = certificatesFile === undefined ? [] : [await readOwn(certificatesFile)]
  try {
    return createSecureContext({ ca: [...(usesMozillaRoots ? rootCertificates : []), ...system, ...own] })
  } catch (cause) {
    throw invalid(certificatesFile ?? 'of the system', cause)
  }
}

async function readSystemRoots(): Promise<string[]> {
  for (const file of systemFiles) {
    const text = await readFile(file, 'utf8').catch(() => undefined) // each system has one of them at most
    if (text !== undefined) return [text]
  }
  return []
}

async function readOwn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw invalid(file, cause)
  }
}

function invalid(file: string, cause: unknown): AppError {
  return new AppError(
    'PROVIDER_CONFIG_INVALID',
    `http-client cannot read the certificates ${file}: ${messageOf(cause)}`,
    {
      hint: 'Set ssl_certs_file to a file of PEM certificates',
      cause,
    },
  )
}
