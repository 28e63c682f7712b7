import type { CanonDefinition, CanonOptionsDefinition, StringEncoding } from './definitions.js'
import { decodeIndex } from './decode-sort.js'
import { asynchronousComponent, invalidComponent, unsupportedComponent } from './invalid-component.js'
import { hex, type Reader } from './reader.js'
import type { Scope } from './scope.js'

/** Canonical functions of asynchronous components and of threads, by their first byte. */
const asynchronousFunctions: Readonly<Record<number, string>> = {
  0x05: 'task.cancel',
  0x06: 'subtask.cancel',
  0x07: 'resource.drop async',
  0x08: 'backpressure.set',
  0x09: 'task.return',
  0x0a: 'context.get',
  0x0b: 'context.set',
  0x0c: 'thread.yield',
  0x0d: 'subtask.drop',
  0x0e: 'stream.new',
  0x0f: 'stream.read',
  0x10: 'stream.write',
  0x11: 'stream.cancel-read',
  0x12: 'stream.cancel-write',
  0x13: 'stream.drop-readable',
  0x14: 'stream.drop-writable',
  0x15: 'future.new',
  0x16: 'future.read',
  0x17: 'future.write',
  0x18: 'future.cancel-read',
  0x19: 'future.cancel-write',
  0x1a: 'future.drop-readable',
  0x1b: 'future.drop-writable',
  0x1c: 'error-context.new',
  0x1d: 'error-context.debug-message',
  0x1e: 'error-context.drop',
  0x1f: 'waitable-set.new',
  0x20: 'waitable-set.wait',
  0x21: 'waitable-set.poll',
  0x22: 'waitable-set.drop',
  0x23: 'waitable.join',
  0x24: 'backpressure.inc',
  0x25: 'backpressure.dec',
  0x26: 'thread.index',
  0x27: 'thread.new-indirect',
  0x28: 'thread.switch-to',
  0x29: 'thread.suspend',
  0x2a: 'thread.resume-later',
  0x2b: 'thread.yield-to',
  0x40: 'thread.spawn-ref',
  0x41: 'thread.spawn-indirect',
  0x42: 'thread.available-parallelism',
}

/** A canonical function, added to the scope. */
export function decodeCanon(reader: Reader, scope: Scope): CanonDefinition {
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x00: {
      reader.expect(0x00, 'a lift')
      const coreFunction = decodeIndex(reader, scope, 'core-function')
      const options = decodeOptions(reader, scope, true)
      const type = decodeIndex(reader, scope, 'type')
      scope.define('function')
      return { kind: 'lift', coreFunction, options, type }
    }
    case 0x01: {
      reader.expect(0x00, 'a lower')
      const func = decodeIndex(reader, scope, 'function')
      const options = decodeOptions(reader, scope, false)
      scope.define('core-function')
      return { kind: 'lower', function: func, options }
    }
    case 0x02:
      return decodeResourceFunction('resource-new', reader, scope)
    case 0x03:
      return decodeResourceFunction('resource-drop', reader, scope)
    case 0x04:
      return decodeResourceFunction('resource-rep', reader, scope)
    default: {
      const name = asynchronousFunctions[byte]
      if (name === undefined) throw invalidComponent(`${hex(byte)} is no canonical function`, offset)
      throw asynchronousComponent(`the canonical function ${name}`, offset)
    }
  }
}

function decodeResourceFunction(
  kind: 'resource-new' | 'resource-drop' | 'resource-rep',
  reader: Reader,
  scope: Scope,
): CanonDefinition {
  const type = decodeIndex(reader, scope, 'type')
  scope.define('core-function')
  return { kind, type }
}

interface Options {
  encoding?: StringEncoding
  memory?: number
  realloc?: number
  postReturn?: number
}

function decodeOptions(reader: Reader, scope: Scope, isLift: boolean): CanonOptionsDefinition {
  const options: Options = {}
  const start = reader.offset
  reader.vector(() => {
    decodeOption(options, reader, scope)
  })
  if (options.postReturn !== undefined && !isLift) {
    throw invalidComponent('a lower has the option post-return', start)
  }
  if (options.realloc !== undefined && options.memory === undefined) {
    throw invalidComponent('a canonical function has the option realloc but no memory', start)
  }
  return { ...options, encoding: options.encoding ?? 'utf8' }
}

function decodeOption(options: Options, reader: Reader, scope: Scope): void {
  const { offset } = reader
  const set = <Key extends keyof Options>(key: Key, value: Options[Key]): void => {
    if (options[key] !== undefined)
      throw invalidComponent(`the canonical option ${key} is there twice,`, offset)
    options[key] = value
  }
  const byte = reader.byte()
  switch (byte) {
    case 0x00:
      return set('encoding', 'utf8')
    case 0x01:
      return set('encoding', 'utf16')
    case 0x02:
      return set('encoding', 'latin1+utf16')
    case 0x03:
      return set('memory', decodeIndex(reader, scope, 'core-memory'))
    case 0x04:
      return set('realloc', decodeIndex(reader, scope, 'core-function'))
    case 0x05:
      return set('postReturn', decodeIndex(reader, scope, 'core-function'))
    case 0x06:
      throw asynchronousComponent('the canonical option async', offset)
    case 0x07:
      throw asynchronousComponent('the canonical option callback', offset)
    case 0x08:
    case 0x09:
      throw unsupportedComponent('canonical options of the garbage collection proposal are', offset)
    default:
      throw invalidComponent(`${hex(byte)} is no canonical option`, offset)
  }
}
