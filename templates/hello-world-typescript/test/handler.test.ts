import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handle } from '../src/handler.ts'

test('the root path says hello', async () => {
  const response = await handle(new Request('http://localhost/'))
  assert.equal(response.status, 200)
  assert.equal(await response.text(), 'Hello from TypeScript!\n')
})

test('POST /echo answers with what it was sent', async () => {
  const response = await handle(new Request('http://localhost/echo', { method: 'POST', body: 'ping' }))
  assert.equal(await response.text(), 'ping\n')
})

test('any other path is not found', async () => {
  const response = await handle(new Request('http://localhost/nowhere'))
  assert.equal(response.status, 404)
})
