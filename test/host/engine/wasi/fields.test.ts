import { describe, expect, it } from 'vitest'
import { Fields } from '#washi/host/engine/wasi/http/fields.js'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const texts = (values: readonly Uint8Array[]): string[] =>
  values.map((value) => Buffer.from(value).toString('latin1'))

function thrownBy(action: () => unknown): unknown {
  try {
    action()
    return undefined
  } catch (thrown) {
    return thrown
  }
}

describe('Fields', () => {
  it('keeps duplicates and their order, whatever the case of the name', () => {
    const fields = Fields.fromList([
      ['X-A', bytes('1')],
      ['x-b', bytes('2')],
      ['x-a', bytes('3')],
    ])
    expect(texts(fields.get('X-a'))).toEqual(['1', '3'])
    expect(fields.raw).toEqual(['x-a', '1', 'x-b', '2', 'x-a', '3'])
    expect(fields.entries().map(([name, value]) => [name, ...texts([value])])).toEqual([
      ['x-a', '1'],
      ['x-b', '2'],
      ['x-a', '3'],
    ])
  })

  it('sets, appends and deletes', () => {
    const fields = new Fields()
    fields.append('a', bytes('1'))
    fields.append('b', bytes('2'))
    fields.set('A', [bytes('3'), bytes('4')])
    expect(fields.raw).toEqual(['b', '2', 'a', '3', 'a', '4'])
    fields.delete('a')
    expect(fields.has('a')).toBe(false)
    expect(fields.has('B')).toBe(true)
  })

  it('keeps bytes above 127', () => {
    const fields = Fields.fromList([['x', Uint8Array.of(0x63, 0xe9, 0xff)]])
    expect(fields.get('x')).toEqual([Buffer.from([0x63, 0xe9, 0xff])])
  })

  it.each([
    ['a name with a space', 'a b', 'v'],
    ['an empty name', '', 'v'],
    ['a name above ASCII', 'é', 'v'],
    ['a value with a line feed', 'a', 'x\ny'],
    ['a value with a carriage return', 'a', 'x\ry'],
    ['a value with NUL', 'a', '\0'],
    ['a value with DEL', 'a', '\x7f'],
  ])('refuses %s', (_, name, value) => {
    expect(thrownBy(() => new Fields().append(name, bytes(value)))).toEqual({ tag: 'invalid-syntax' })
    expect(thrownBy(() => Fields.fromList([[name, bytes(value)]]))).toEqual({ tag: 'invalid-syntax' })
  })

  it.each(['Connection', 'keep-alive', 'Transfer-Encoding', 'HOST', 'upgrade', 'proxy-connection'])(
    'refuses to set %s, which is the host’s',
    (name) => {
      expect(thrownBy(() => new Fields().set(name, [bytes('x')]))).toEqual({ tag: 'forbidden' })
    },
  )

  it('of a message are immutable, and copies of them are not', () => {
    const fields = Fields.ofMessage(['A', '1', 'Connection', 'close'])
    expect(fields.raw).toEqual(['a', '1'])
    expect(thrownBy(() => fields.append('b', bytes('2')))).toEqual({ tag: 'immutable' })
    expect(thrownBy(() => fields.delete('a'))).toEqual({ tag: 'immutable' })
    const copy = fields.clone()
    copy.append('b', bytes('2'))
    expect(copy.raw).toEqual(['a', '1', 'b', '2'])
    expect(fields.raw).toEqual(['a', '1'])
  })
})
