import { StopStack } from '#washi/session/stop-stack.js'
import { describe, expect, it } from 'vitest'

describe('StopStack', () => {
  it('stops the last first, each once, whatever fails', async () => {
    const order: string[] = []
    const stack = new StopStack()
    const part = (name: string, failure?: Error) =>
      stack.add(() => {
        order.push(name)
        return failure ? Promise.reject(failure) : Promise.resolve()
      })
    part('bus')
    part('host', new Error('host is stuck'))
    part('manager')
    await expect(stack.stop()).rejects.toMatchObject({ errors: [{ message: 'host is stuck' }] })
    await stack.stop().catch(() => undefined)
    expect(order).toEqual(['manager', 'host', 'bus'])
  })
})
