import type { Capture, CapturedMessage } from '../../session/capture/capture.js'

/** What the lattice was, then the messages, one below the other. */
export function renderCapture(capture: Capture, messages: readonly CapturedMessage[]): string {
  const { lattice, startedAt, endedAt, inventory, links, buckets } = capture
  const parts = inventory.flatMap(({ components, providers }) => [...components, ...providers])
  const keys = Object.entries(buckets).map(([name, entries]) => `${name} ${entries.length}`)
  return [
    `Lattice   ${lattice}, from ${startedAt} to ${endedAt}`,
    `Hosts     ${inventory.map(({ host_id: id }) => id).join(', ')}`,
    `Running   ${parts.map(({ id }) => id).join(', ') || 'nothing'}`,
    `Links     ${links.length}`,
    `Keys      ${keys.join(', ') || 'none'}`,
    `Messages  ${messages.length}`,
    ...messages.map(renderMessage),
  ].join('\n')
}

function renderMessage(message: CapturedMessage): string {
  const { kind, time, ...rest } = message
  if (kind === 'event') return `\n[${time}] ${String(rest['event'])}\n  ${JSON.stringify(rest['data'] ?? {})}`
  const owner = String(rest['interface'])
  const called = `${owner === '' ? '' : `${owner}.`}${String(rest['function'])}`
  const [from, to] = kind === 'call' ? [rest['source'], rest['target']] : [rest['target'], rest['source']]
  const content = kind === 'call' ? rest['params'] : (rest['failure'] ?? rest['result'])
  return `\n[${time}] ${kind} ${String(from)} -> ${String(to)} ${called}\n  ${JSON.stringify(content ?? null)}`
}
