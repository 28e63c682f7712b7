import type { PreparedComponent } from './prepared-component.js'

/** The generated JavaScript of a component, for reading. */
export function dumpSource({ source }: PreparedComponent): string {
  return source
}
