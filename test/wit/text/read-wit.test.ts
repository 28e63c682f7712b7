import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeComponent } from '#washi/component/describe-component.js'
import type { ValueType, WitFunction, WitInterface, World, WorldItem } from '#washi/wit/model.js'
import { printWorld } from '#washi/wit/print-world.js'
import { readWit } from '#washi/wit/text/read-wit.js'
import { describe, expect, it } from 'vitest'
import { guestNames, readGuest } from '../../support/guests.js'
import { makeTempFolder } from '../../support/temp-folder.js'
import { witOf } from '../../support/wit-text.js'

const fixtures = fileURLToPath(new URL('../../fixtures/components/', import.meta.url))

/** Functions and types by name, without what text alone has. */
function plain(item: WorldItem) {
  if (item.kind === 'function') return item
  const { name, functions, types, resources } = item
  const byName = <T>(items: readonly T[], key: (item: T) => string | undefined) =>
    Object.fromEntries(items.map((one) => [key(one) ?? '', one]))
  return {
    name,
    functions: byName(functions, (one: WitFunction) => one.name),
    types: byName(types, (one: ValueType) => ('name' in one ? one.name : undefined)),
    resources: [...resources].sort(),
  }
}

const plainWorld = ({ imports, exports }: World) => ({
  imports: imports.map(plain),
  exports: exports.map(plain),
})

/** What a binary has of an interface, taken from the whole interface: unused items are left out of binaries. */
function onlyWhatBinaryHas(text: WitInterface, binary: WitInterface): WitInterface {
  const functions = new Set(binary.functions.map(({ name }) => name))
  const types = new Set(binary.types.flatMap((type) => ('name' in type ? type.name : [])))
  return {
    ...text,
    functions: text.functions.filter(({ name }) => functions.has(name)),
    types: text.types.filter((type) => 'name' in type && types.has(type.name)),
    resources: text.resources.filter((name) => binary.resources.includes(name)),
  }
}

describe('readWit()', () => {
  it.each(guestNames)('reads the world of %s as its binary has it', async (guest) => {
    await using folder = await makeTempFolder()
    await cp(join(fixtures, guest, 'wit'), folder.path, { recursive: true })
    await cp(join(fixtures, 'wit/deps'), join(folder.path, 'deps'), { recursive: true })
    const text = (await readWit(folder.path)).world()
    const binary = describeComponent(readGuest(guest)).world
    for (const role of ['imports', 'exports'] as const) {
      for (const item of binary[role]) {
        const same = text[role].find(({ name }) => name === item.name)
        if (item.kind === 'function' || same?.kind !== 'interface') expect(same).toEqual(item)
        else expect(plain(onlyWhatBinaryHas(same, item))).toEqual(plain(item))
      }
    }
    expect(text.exports.map(({ name }) => name).sort()).toEqual(binary.exports.map(({ name }) => name).sort())
  })

  it.each(guestNames)('reads what printWorld() writes of %s as the same world', (guest) => {
    const { world } = describeComponent(readGuest(guest))
    expect(plainWorld(witOf(printWorld(world)).world())).toEqual(plainWorld(world))
  })

  it('reads files and folders of deps, and ignores what is no WIT', async () => {
    await using folder = await makeTempFolder()
    await mkdir(join(folder.path, 'deps/two'), { recursive: true })
    await writeFile(
      join(folder.path, 'world.wit'),
      'package a:b; world w { import one:p/i; import two:p/i@1.0.0; }',
    )
    await writeFile(join(folder.path, 'readme.md'), '# no WIT')
    await writeFile(
      join(folder.path, 'deps/one.wit'),
      'package one:p; interface i { use two:p/i@1.0.0.{t}; }',
    )
    await writeFile(join(folder.path, 'deps/two/a.wit'), 'package two:p@1.0.0; interface i { use j.{t}; }')
    await writeFile(join(folder.path, 'deps/two/b.wit'), 'interface j { type t = u8; }')
    const { imports } = (await readWit(folder.path)).world('w')
    expect(imports.map(({ name }) => name)).toEqual(['two:p/j@1.0.0', 'two:p/i@1.0.0', 'one:p/i'])
  })

  it('says which file is wrong, and where', async () => {
    await using folder = await makeTempFolder()
    await mkdir(join(folder.path, 'deps'))
    await writeFile(join(folder.path, 'world.wit'), 'package a:b; world w {}')
    await writeFile(join(folder.path, 'deps/one.wit'), 'package one:p;\n interface {')
    await expect(readWit(folder.path)).rejects.toMatchObject({
      code: 'WIT_INVALID',
      place: { file: join(folder.path, 'deps/one.wit'), line: 2, column: 12 },
    })
    await expect(readWit(join(folder.path, 'none'))).rejects.toMatchObject({ code: 'WIT_NOT_FOUND' })
    await writeFile(join(folder.path, 'deps/one.wit'), Uint8Array.of(0x80))
    await expect(readWit(folder.path)).rejects.toThrow('the file is not UTF-8')
  })

  it('takes the same package twice where it says the same, and refuses it where it does not', async () => {
    await using folder = await makeTempFolder()
    await mkdir(join(folder.path, 'deps'))
    await writeFile(join(folder.path, 'world.wit'), 'package a:b; world w { import one:p/i; }')
    await writeFile(join(folder.path, 'deps/1.wit'), 'package one:p; interface i { f: func(); }')
    await writeFile(join(folder.path, 'deps/2.wit'), 'package one:p; interface i {f:func();}')
    expect((await readWit(folder.path)).world().imports).toHaveLength(1)
    await writeFile(join(folder.path, 'deps/2.wit'), 'package one:p; interface i { g: func(); }')
    await expect(readWit(folder.path)).rejects.toThrow('the package one:p is also in')
  })
})
