import { componentIdOf } from '../manifest/identifiers.js'
import type { Manifest } from '../manifest/manifest.js'

/** A record of the log as text: its line, and those that belong to it because they do not begin with a time. */
export interface LogText {
  readonly level: string
  readonly text: string
}

const beginning = /^\d{4}-\d\d-\d\dT[\d:.]+Z ([A-Z]+) /

/** Puts lines together to records. What comes before the first record is dropped. */
export class LogRecords {
  #last: LogText | undefined

  /** The record that this line ends, if it begins another one. */
  push(line: string): LogText | undefined {
    const level = beginning.exec(line)?.[1]
    const ended = this.#last
    if (level === undefined) {
      if (ended) this.#last = { ...ended, text: `${ended.text}\n${line}` }
      return undefined
    }
    this.#last = { level, text: line }
    return ended
  }

  /** The record that no other has ended yet. */
  flush(): LogText | undefined {
    const ended = this.#last
    this.#last = undefined
    return ended
  }
}

/** Whether a record is about the application or one of its components, providers and links. */
export function createLineFilter(manifest: Manifest, only?: string): (record: LogText) => boolean {
  const components = manifest.spec.components.filter(({ name }) => only === undefined || name === only)
  const ids = components.map((component) => componentIdOf(manifest, component))
  const values = only === undefined ? [...ids, manifest.metadata.name] : ids
  const names = values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  const field = new RegExp(` (?:component|provider|source|target|application)="?(?:${names})"?(?:\\s|$)`)
  return ({ text }) => names !== '' && field.test(text)
}
