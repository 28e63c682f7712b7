import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Store } from '../src/store.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('a store returns what was set, and nothing for what was not', () => {
  const store = new Store(10)
  assert.equal(store.get('a'), undefined)
  store.set('a', bytes('1'))
  assert.deepEqual(store.get('a'), bytes('1'))
  assert.deepEqual(store.keys(), ['a'])
  store.delete('a')
  assert.equal(store.get('a'), undefined)
})

test('a store counts', () => {
  const store = new Store(10)
  assert.equal(store.increment('n', 2n), 2n)
  assert.equal(store.increment('n', 40n), 42n)
  store.set('word', bytes('word'))
  assert.throws(() => store.increment('word', 1n), { tag: 'other' })
})

test('a store does not grow beyond its bound', () => {
  const store = new Store(1)
  store.set('a', bytes('1'))
  store.set('a', bytes('2'))
  assert.throws(() => store.set('b', bytes('1')), { tag: 'other' })
})
