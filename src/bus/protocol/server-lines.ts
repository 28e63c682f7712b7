import type { Publication } from './publication.js'

export const pingLine = 'PING\r\n'
export const pongLine = 'PONG\r\n'
export const okLine = '+OK\r\n'

/** What a server tells a client about itself. Fields that are undefined are left out. */
export interface ServerInfo {
  readonly server_id: string
  readonly server_name: string
  readonly version: string
  readonly go: string
  readonly git_commit: string
  readonly proto: 1
  readonly host: string
  readonly port: number
  readonly headers: true
  readonly max_payload: number
  readonly jetstream?: true | undefined
  readonly auth_required?: true | undefined
  readonly client_id: number
  readonly client_ip: string
  readonly domain?: string | undefined
}

/** The INFO line, as a latin1 string. */
export function infoLine(info: ServerInfo): string {
  return `INFO ${Buffer.from(JSON.stringify(info)).toString('latin1')}\r\n`
}

/** The -ERR line. */
export function errorLine(text: string): string {
  return `-ERR '${text}'\r\n`
}

/** The first line of a MSG; `size` counts the payload only. */
export function messageLine({ subject, reply }: Publication, sid: string, size: number): string {
  return reply === undefined
    ? `MSG ${subject} ${sid} ${size}\r\n`
    : `MSG ${subject} ${sid} ${reply} ${size}\r\n`
}

/** The first line of an HMSG; `size` counts header block and payload. */
export function headerMessageLine(
  { subject, reply, headerBytes }: Publication,
  sid: string,
  size: number,
): string {
  return reply === undefined
    ? `HMSG ${subject} ${sid} ${headerBytes} ${size}\r\n`
    : `HMSG ${subject} ${sid} ${reply} ${headerBytes} ${size}\r\n`
}

/** The whole message that tells a requester that nobody listens on the subject of its request. */
export function noRespondersMessage(reply: string, sid: string): string {
  return `HMSG ${reply} ${sid} 16 16\r\nNATS/1.0 503\r\n\r\n\r\n`
}
