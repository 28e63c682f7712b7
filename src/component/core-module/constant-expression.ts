import { invalidComponent } from '../binary/invalid-component.js'
import type { Reader } from '../binary/reader.js'

/** Passes over an initialiser, up to and with its end; throws COMPONENT_INVALID at an opcode that it does not know. */
export function skipConstantExpression(reader: Reader): void {
  for (;;) {
    const { offset } = reader
    const opcode = reader.byte()
    switch (opcode) {
      case 0x0b: // end
        return
      case 0x23: // global.get
      case 0xd2: // ref.func
        reader.u32()
        break
      case 0x41: // i32.const
      case 0x42: // i64.const
        reader.skipU64()
        break
      case 0x43: // f32.const
        reader.skip(4)
        break
      case 0x44: // f64.const
        reader.skip(8)
        break
      case 0x6a: // i32.add, sub, mul and i64.add, sub, mul
      case 0x6b:
      case 0x6c:
      case 0x7c:
      case 0x7d:
      case 0x7e:
        break
      case 0xd0: // ref.null
        reader.byte()
        break
      case 0xfd: // v128.const
        reader.expect(12, 'a vector initialiser')
        reader.skip(16)
        break
      default:
        throw invalidComponent('an initialiser has an unknown opcode', offset)
    }
  }
}
