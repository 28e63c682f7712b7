import { fileURLToPath } from 'node:url'
import type { EngineChoice } from '#washi/host/engine/engine-choice.js'

/** Every engine: what one does, all do. jco is the one of this checkout. */
export const engines: readonly EngineChoice[] = [
  { kind: 'washi' },
  { kind: 'jco', folder: fileURLToPath(new URL('../..', import.meta.url)) },
]
