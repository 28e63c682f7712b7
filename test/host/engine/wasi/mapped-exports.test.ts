import { describe, expect, it } from 'vitest'
import { handler } from '#washi/wit/wire/messaging.js'
import { watcher } from '#washi/wit/wire/keyvalue.js'
import { callFunction } from '../../../support/call-function.js'
import { startTestPool } from '../../../support/guest-pool-kit.js'
import { createTestLinks } from '../../../support/linked/linked-calls.js'
import { createMemoryBroker } from '../../../support/linked/memory-broker.js'
import { createMemoryKeyValue } from '../../../support/linked/memory-key-value.js'
import { componentOf } from '../../../support/wasm-tools.js'

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

describe('exports that have another form on the wire', () => {
  it('wasi:keyvalue/watcher gets a bucket of the store that changed', async () => {
    const links = createTestLinks({ 'wasi:keyvalue/store': { default: createMemoryKeyValue() } })
    await using test = await startTestPool(componentOf(copying, watcherWit, 'guest'), { linked: links })
    expect(await callFunction(test.pool, watcher, 'on-set', ['box', 'key', bytes('value')])).toEqual({
      result: undefined,
      failure: undefined,
    })
    expect(await callFunction(test.pool, watcher, 'on-delete', ['box', 'key'])).toMatchObject({
      failure: { kind: 'trap' },
    })
    expect(links.calls.map(({ function: name, params }) => [name, Buffer.from(params).toString()])).toEqual([
      ['set', '\x03box\x03key\x05value'],
    ])
  })

  it('wasmcloud:messaging/incoming-handler 0.3 gets messages of 0.2', async () => {
    const { target, published } = createMemoryBroker()
    const links = createTestLinks({ 'wasmcloud:messaging/consumer': { default: target } })
    await using test = await startTestPool(componentOf(answering, messagingWit, 'guest'), { linked: links })
    const message = { subject: 'a', body: bytes('hi'), replyTo: 'back' }
    expect(await callFunction(test.pool, handler, 'handle-message', [message])).toEqual({
      result: { tag: 'ok', val: undefined },
      failure: undefined,
    })
    expect(published).toEqual([{ subject: 'back', body: bytes('pong'), replyTo: undefined }])
    expect(
      await callFunction(test.pool, handler, 'handle-message', [{ ...message, replyTo: undefined }]),
    ).toMatchObject({ result: { tag: 'err', val: 'other: the message asks for no reply' } })
  })
})

const allocator = `
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $next) (i32.const 15)) (i32.const -16)))
    (global.set $next (i32.add (local.get $at) (local.get 3)))
    (local.get $at))`

const watcherWit = `
package test:guest;
world guest {
  import wasi:keyvalue/store@0.2.0-draft;
  export wasi:keyvalue/watcher@0.2.0-draft;
}
package wasi:keyvalue@0.2.0-draft {
  interface store {
    variant error { no-such-store, access-denied, other(string) }
    resource bucket {
      set: func(key: string, value: list<u8>) -> result<_, error>;
    }
  }
  interface watcher {
    use store.{bucket};
    on-set: func(bucket: bucket, key: string, value: list<u8>);
    on-delete: func(bucket: bucket, key: string);
  }
}`

/** Sets what was set once more. */
const copying = `(module
  (import "wasi:keyvalue/store@0.2.0-draft" "[method]bucket.set" (func $set (param i32 i32 i32 i32 i32 i32)))
  (import "wasi:keyvalue/store@0.2.0-draft" "[resource-drop]bucket" (func $drop (param i32)))
  ${allocator}
  (func (export "wasi:keyvalue/watcher@0.2.0-draft#on-set") (param i32 i32 i32 i32 i32)
    (call $set (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (i32.const 64))
    (call $drop (local.get 0)))
  (func (export "wasi:keyvalue/watcher@0.2.0-draft#on-delete") (param i32 i32 i32) unreachable))`

const messagingWit = `
package test:guest;
world guest {
  import wasmcloud:messaging/request-reply@0.3.0;
  export wasmcloud:messaging/incoming-handler@0.3.0;
}
package wasmcloud:messaging@0.3.0 {
  interface types {
    variant error { timeout, connection(string), permission-denied(string), other(string) }
    resource message { constructor(data: list<u8>); }
  }
  interface request-reply {
    use types.{message, error};
    reply: func(reply-to: borrow<message>, message: message) -> result<_, error>;
  }
  interface incoming-handler {
    use types.{message, error};
    handle: func(message: message) -> result<_, error>;
  }
}`

/** Replies with "pong", and returns what came of it. */
const answering = `(module
  (import "wasmcloud:messaging/types@0.3.0" "[constructor]message" (func $message (param i32 i32) (result i32)))
  (import "wasmcloud:messaging/types@0.3.0" "[resource-drop]message" (func $drop (param i32)))
  (import "wasmcloud:messaging/request-reply@0.3.0" "reply" (func $reply (param i32 i32 i32)))
  ${allocator}
  (data (i32.const 32) "pong")
  (func (export "wasmcloud:messaging/incoming-handler@0.3.0#handle") (param i32) (result i32)
    (call $reply (local.get 0) (call $message (i32.const 32) (i32.const 4)) (i32.const 64))
    (call $drop (local.get 0))
    (i32.const 64)))`
