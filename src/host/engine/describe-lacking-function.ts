import { unversioned } from '../../wit/interface-name.js'

/** A function that is called and is not there. */
export interface LackingFunction {
  readonly componentId: string
  /** With version; empty for a function of the world. */
  readonly instance: string
  readonly name: string
  /** Those that there are, as `instance name`. */
  readonly known: ReadonlySet<string>
}

/** Says what a component lacks: that it has the interface in another version, or what it exports at all. */
export function describeLackingFunction({ componentId, instance, name, known }: LackingFunction): string {
  const instances = [...new Set([...known].map((each) => each.slice(0, each.indexOf(' '))))].sort()
  const others = instances.filter(
    (each) => each !== '' && each !== instance && unversioned(each) === unversioned(instance),
  )
  if (others.length > 0 && !instances.includes(instance)) {
    return `Component "${componentId}" exports ${others.join(' and ')}, but ${instance} is called: link a component that exports that version, or build one of the two against the other's`
  }
  const functions = [...known].map((each) => each.trim().replace(' ', '.')).sort()
  const list = functions.length === 0 ? 'it exports none' : `it exports ${functions.join(', ')}`
  const wanted = instance === '' ? name : `${instance}.${name}`
  return `Component "${componentId}" has no function ${wanted} that can be called over a link: ${list}`
}
