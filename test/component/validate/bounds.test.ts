import { describeComponent } from '#washi/component/describe-component.js'
import { describe, expect, it } from 'vitest'
import { componentOf, leb, section, text } from '../../support/binary.js'

/** An index as a type reference, which is a signed number. */
const s33 = (index: number): number[] => (index < 64 ? [index] : [(index & 0x7f) | 0x80, index >> 7])

const resource = section(7, [1, 0x3f, 0x7f, 0])

describe('describeComponent() on components that ask for too much', () => {
  const refusal = {
    code: 'COMPONENT_UNSUPPORTED',
    message: expect.stringContaining('too many steps') as string,
  }
  const expectRefusal = (bytes: Uint8Array): void => {
    expect(() => describeComponent(bytes)).toThrow(expect.objectContaining(refusal))
  }

  it('refuses an instance type with many resources that is imported over and over', () => {
    const exported = Array.from({ length: 3000 }, (_, index) => [4, 0, ...text(`r${index}`), 3, 1]).flat()
    const imports = Array.from({ length: 900 }, (_, index) => [0, ...text(`i${index}`), 5, 0]).flat()
    expectRefusal(
      componentOf(section(7, [1, 0x42, ...leb(3000), ...exported]), section(10, [...leb(900), ...imports])),
    )
  })

  it('refuses components whose resources double at each step', () => {
    let bytes = componentOf(resource, section(11, [1, 0, ...text('r'), 3, 0, 0]))
    for (let depth = 0; depth < 30; depth++) {
      bytes = componentOf(
        section(4, [...bytes]),
        section(5, [2, 0, 0, 0, 0, 0, 0]),
        section(11, [2, 0, ...text('a'), 5, 0, 0, 0, ...text('b'), 5, 1, 0]),
      )
    }
    expectRefusal(bytes)
  })

  it('refuses functions of a great tuple, imported over and over', () => {
    const elements = Array.from({ length: 9000 }, () => 0x7d)
    const imports = Array.from({ length: 900 }, (_, index) => [0, ...text(`f${index}`), 1, 1]).flat()
    expectRefusal(
      componentOf(
        section(7, [2, 0x6f, ...leb(9000), ...elements, 0x40, 1, ...text('a'), 0, 1, 0]),
        section(10, [...leb(900), ...imports]),
      ),
    )
  })

  it('compares types that double at each step, part by part but each part once', () => {
    const types = [[0x7d], [0x7d]]
    for (let index = 0; index < 13; index++) {
      types.push([0x6f, 2, ...s33(2 * index), ...s33(2 * index)])
      types.push([0x6f, 2, ...s33(2 * index + 1), ...s33(2 * index + 1)])
    }
    const definitions = section(7, [...leb(types.length), ...types.flat()])
    const inner = componentOf(definitions, section(10, [1, 0, ...text('t'), 3, 0, ...leb(26)]))
    const outer = componentOf(
      section(4, [...inner]),
      definitions,
      section(5, [1, 0, 0, 1, ...text('t'), 3, ...leb(27)]),
    )
    expect(() => describeComponent(outer)).not.toThrow()
  })
})
