import type { Capture, CapturedMessage } from './capture.js'

/** Which messages of a capture. */
export interface MessageChoice {
  readonly source?: string | undefined
  readonly target?: string | undefined
}

/** The messages of a choice; without one, all, events included. */
export function selectMessages(
  { messages }: Capture,
  { source, target }: MessageChoice,
): readonly CapturedMessage[] {
  if (source === undefined && target === undefined) return messages
  return messages.filter(
    (message) =>
      message.kind !== 'event' &&
      (source === undefined || message['source'] === source) &&
      (target === undefined || message['target'] === target),
  )
}
