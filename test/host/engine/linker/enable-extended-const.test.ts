import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** A core module with the global `i32.const 1, i32.const 2, i32.add`. */
const program = `
const { enableExtendedConst } = await import('#washi/host/engine/linker/enable-extended-const.js')
enableExtendedConst()
const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
const globals = [6, 9, 1, 0x7f, 0, 0x41, 1, 0x41, 2, 0x6a, 0x0b]
console.log(WebAssembly.validate(Uint8Array.from([...head, ...globals])))`

describe('enableExtendedConst()', () => {
  it('lets modules compute their constants, on every Node.js that washi runs on', () => {
    const args = ['--input-type=module', '--eval', program]
    expect(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })).toBe('true\n')
  })
})
