import type { Readable } from 'node:stream'
import { AppError, messageOf } from '../core/errors.js'
import { decodeHostData } from '../lattice/provider-protocol/host-data.js'
import type { HostData } from '../lattice/provider-protocol/host-data.js'

const maxLength = 64 * 1024 * 1024

/** What the host wrote on standard input: its first line. Throws HOST_DATA_INVALID. */
export async function readHostData(input: Readable): Promise<HostData> {
  const line = await readLine(input)
  if (line.trim() === '') throw invalid('nothing came on standard input')
  try {
    return decodeHostData(line)
  } catch (cause) {
    // Not what it was: it may hold secrets.
    throw invalid('what came on standard input is no base64 of the host data', cause)
  }
}

async function readLine(input: Readable): Promise<string> {
  let text = ''
  try {
    for await (const chunk of input) {
      text += String(chunk)
      if (text.includes('\n') || text.length > maxLength) break
    }
  } catch (cause) {
    throw invalid(`standard input cannot be read: ${messageOf(cause)}`, cause)
  }
  return text.split('\n', 1)[0] ?? ''
}

function invalid(why: string, cause?: unknown): AppError {
  return new AppError('HOST_DATA_INVALID', `Cannot start the provider: ${why}`, {
    hint: 'Let a host start it: washi start provider FILE ID',
    cause,
  })
}
