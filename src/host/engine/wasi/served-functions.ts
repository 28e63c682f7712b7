import { findOffer } from '../built-in-interfaces.js'
import { camelCase, parseFunctionName, pascalCase } from '../linker/abi/names.js'
import type { GuestHost } from './guest-host.js'
import { findServed, serveInterfaces } from './serve-interfaces.js'

/** Tells whether the engine has a function (`[method]fields.get`) of an interface that it offers. */
export type ServedCheck = (interfaceName: string, functionName: string) => boolean

/** Creates a check that looks at what guests are given. */
export function createServedCheck(): ServedCheck {
  const { interfaces } = serveInterfaces(nobody)
  return (interfaceName, functionName) => {
    const found = findOffer(interfaceName)
    return found !== undefined && hasFunction(findServed(interfaces, found), functionName)
  }
}

function hasFunction(served: object | undefined, functionName: string): boolean {
  const name = parseFunctionName(functionName)
  if (name.kind === 'function') return typeof property(served, camelCase(name.name)) === 'function'
  const type = property(served, pascalCase(name.resource))
  if (name.kind === 'constructor') return typeof type === 'function'
  const owner = name.kind === 'static' ? type : property(type, 'prototype')
  return typeof property(owner, camelCase(name.name)) === 'function'
}

function property(object: unknown, name: string): unknown {
  const isObject = (typeof object === 'object' && object !== null) || typeof object === 'function'
  return isObject ? (object as Readonly<Record<string, unknown>>)[name] : undefined // an object, as was just seen
}

/** A host of no guest: only the shape of what is made for it is looked at. */
const nobody: GuestHost = {
  componentId: '',
  config: {},
  secrets: {},
  preopens: [],
  log: () => undefined,
  pump: () => undefined,
  wait: () => undefined,
  callLinked: refuse,
  startLinked: refuse,
  linkNames: () => ({ names: [] }),
}

function refuse(): never {
  throw new Error('There is no guest that could call')
}
