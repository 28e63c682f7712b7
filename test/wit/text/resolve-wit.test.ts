import type { WitInterface, World } from '#washi/wit/model.js'
import { describe, expect, it } from 'vitest'
import { refusalOf, witOf } from '../../support/wit-text.js'

const names = ({ imports, exports }: World) => ({
  imports: imports.map(({ name }) => name),
  exports: exports.map(({ name }) => name),
})

function interfaceOf(text: string, features: ReadonlySet<string> | 'all' = new Set()): WitInterface {
  const [first] = witOf(text, { features }).interfaces
  if (!first) throw new Error('the text has no interface')
  return first
}

describe('resolveWit()', () => {
  it('gives functions of resources the names and parameters that a binary has', () => {
    const { functions, resources } = interfaceOf(`package a:b@1.0.0; interface i {
      resource r { constructor(n: u8); get: func(k: string) -> option<r>; make: static func() -> r; }
      f: func(r: borrow<r>);
    }`)
    const resource = { name: 'r', interface: 'a:b/i@1.0.0' }
    const self = { name: 'self', type: { kind: 'borrow', resource } }
    expect(resources).toEqual(['r'])
    expect(functions).toEqual([
      {
        name: '[constructor]r',
        binding: { kind: 'constructor', resource: 'r' },
        params: [{ name: 'n', type: { kind: 'u8' } }],
        result: { kind: 'own', resource },
      },
      {
        name: '[method]r.get',
        binding: { kind: 'method', resource: 'r' },
        params: [self, { name: 'k', type: { kind: 'string' } }],
        result: { kind: 'option', element: { kind: 'own', resource } },
      },
      {
        name: '[static]r.make',
        binding: { kind: 'static', resource: 'r' },
        params: [],
        result: { kind: 'own', resource },
      },
      {
        name: 'f',
        binding: { kind: 'free' },
        params: [{ name: 'r', type: { kind: 'borrow', resource } }],
      },
    ])
  })

  it('keeps docs, gates, aliases and uses beside the rest', () => {
    const one = interfaceOf(
      `package a:b@1.0.0;
      /// All of it.
      @since(version = 0.9.0)
      interface i {
        use j.{t as u};
        /// A size.
        type size = u32;
        record r {
          /// Its field.
          x: size,
          y: u,
        }
        @deprecated(version = 1.0.0)
        f: func();
      }
      interface j { enum t { a } }`,
    )
    expect(one.note).toEqual({ docs: 'All of it.', since: '0.9.0' })
    expect(one.notes).toEqual({
      size: { docs: 'A size.' },
      'r.x': { docs: 'Its field.' },
      f: { deprecated: '1.0.0' },
    })
    expect(one.aliases).toEqual([{ name: 'size', type: { kind: 'u32' } }])
    expect(one.uses).toEqual([{ interface: 'a:b/j@1.0.0', type: 't', name: 'u' }])
    expect(one.types).toMatchObject([
      {
        kind: 'record',
        fields: [
          { name: 'x', type: { kind: 'u32' } },
          { name: 'y', type: { kind: 'enum', name: 't', interface: 'a:b/j@1.0.0' } },
        ],
      },
    ])
  })

  it('leaves items of features out unless they are asked for', () => {
    const text = `package a:b@1.0.0; interface i {
      @unstable(feature = new) f: func();
      g: func();
      @unstable(feature = new) record r { x: u8 }
    }`
    expect(interfaceOf(text).functions.map(({ name }) => name)).toEqual(['g'])
    expect(interfaceOf(text, new Set(['new'])).functions.map(({ name }) => name)).toEqual(['f', 'g'])
    expect(interfaceOf(text, 'all').types).toHaveLength(1)
  })

  it('imports what interfaces use before them, and exports use what is exported', () => {
    const library = witOf(`package a:b;
      interface x { record r { a: u8 } }
      interface y { use x.{r}; f: func() -> r; }
      interface z { use y.{r}; g: func() -> r; }
      world one { import z; }
      world two { export y; }
      world three { export x; export y; }
      world four { use y.{r}; import f: func(v: r); }`)
    expect(names(library.world('one'))).toEqual({ imports: ['a:b/x', 'a:b/y', 'a:b/z'], exports: [] })
    expect(names(library.world('two'))).toEqual({ imports: ['a:b/x'], exports: ['a:b/y'] })
    expect(names(library.world('three'))).toEqual({ imports: [], exports: ['a:b/x', 'a:b/y'] })
    expect(names(library.world('four'))).toEqual({ imports: ['a:b/x', 'a:b/y', 'f'], exports: [] })
  })

  it('includes worlds, once each interface, with other names where asked', () => {
    const library = witOf(`package a:b;
      interface i {}
      world one { import i; import a: func(); export c: func(); }
      world two { include one; import i; include one with { a as b, c as d } }`)
    expect(names(library.world('two'))).toEqual({ imports: ['a:b/i', 'a', 'b'], exports: ['c', 'd'] })
  })

  it('finds names across files, in packages in braces, and by the uses of a file', () => {
    const library = witOf([
      'package a:b; use c:d/e@1.0.0 as f; world w { import f; import g; } ',
      'interface g { use c:d/e@1.0.0.{t}; } package c:d@1.0.0 { interface e { type t = u8; } }',
    ])
    expect(names(library.world())).toEqual({ imports: ['c:d/e@1.0.0', 'a:b/g'], exports: [] })
  })

  it('gives an interface under a name of its own types of its own', () => {
    const { imports } = witOf(`package a:b; interface store { resource bucket; open: func() -> bucket; }
      world w { import one: store; import two: store; }`).world()
    expect(imports).toMatchObject([
      { name: 'one', implements: 'a:b/store', functions: [{ result: { resource: { interface: 'one' } } }] },
      { name: 'two', implements: 'a:b/store', functions: [{ result: { resource: { interface: 'two' } } }] },
    ])
  })

  it.each([
    ['interface i { type t = nope; }', '1:37: there is no type "nope"'],
    ['interface i { type color = u8; f: func(c: colr); }', 'Did you mean "color"?'],
    ['interface i { type t = t; }', '1:37: the type "t" is defined by itself: t -> t'],
    ['interface i { record a { b: b } record b { a: a } }', 'is defined by itself: a -> b -> a'],
    ['interface i { type t = u8; type T = u8; }', '1:46: "T" is defined twice'],
    ['interface i {} interface i {}', '1:39: "i" is defined twice'],
    ['interface i { f: func(a: u8, A: u8); }', '1:43: the parameter "A" is there twice'],
    ['interface i { use j.{t}; } interface j { use i.{t}; }', 'in a circle: a:b/i -> a:b/j -> a:b/i'],
    ['interface i { use j.{u}; } interface j { type t = u8; }', '1:35: the interface a:b/j has no type "u"'],
    ['interface i { use j.{t}; }', '1:32: the package a:b has no interface or world "j"'],
    ['interface i { use c:d/j.{t}; }', '1:32: there is no package c:d (Put the package into the folder deps'],
    ['world w { include w; }', 'worlds include each other in a circle: a:b/w -> a:b/w'],
    ['world w { import w; }', '1:31: "w" is a world, not an interface'],
    ['interface i {} world w { import i; import i; }', '"a:b/i" is imported twice'],
    ['world v { import a: func(); } world w { include v; import A: func(); include v; }', 'Rename one'],
    ['interface i {} world v { import i; } world w { include v with { i as j } }', 'has no plain name "i"'],
    [
      'interface i { record r { a: u8 } } world w { import i; export i; use i.{r}; }',
      'a:b/i is both imported and exported',
    ],
    ['interface i { f: func() -> borrow<r>; resource r; }', 'a function cannot return a borrowed resource'],
    ['interface i { f: func(a: borrow<t>); type t = u8; }', '"t" is no resource'],
    ['interface i { resource r { constructor() -> u8; } }', 'a constructor of "r" returns nothing else'],
    ['interface i { @since(version = 1.0.0) f: func(); }', '@since needs a version of the package'],
    [
      `interface i { type t0 = u8; ${Array.from({ length: 30 }, (_, n) => `type t${n + 1} = tuple<t${n}, t${n}>;`).join(' ')} }`,
      'the type has more than 100000 parts',
    ],
    [
      `interface i { ${Array.from({ length: 3000 }, (_, n) => `type t${n} = t${n + 1};`).join(' ')} }`,
      'more than 200 types are defined by one another in a row',
    ],
    [
      Array.from({ length: 3000 }, (_, n) => `interface i${n} { use i${n + 1}.{t}; }`).join(' '),
      'more than 200 interfaces use one another in a row',
    ],
  ])('refuses %s', (text, refusal) => {
    expect(refusalOf(() => witOf(`package a:b; ${text}`))).toContain(refusal)
  })

  it('refuses uses of features that were not asked for, and items of later versions', () => {
    const uses = 'interface i { @unstable(feature = x) type t = u8; f: func(a: t); }'
    expect(refusalOf(() => witOf(`package a:b@1.0.0; ${uses}`))).toContain(
      '"t" belongs to the unstable feature "x", which was not asked for',
    )
    const later = 'interface i { @since(version = 1.0.1) f: func(); }'
    expect(refusalOf(() => witOf(`package a:b@1.0.0; ${later}`))).toContain('it came with version 1.0.1')
  })

  it('says what there is where a world is not', () => {
    const library = witOf('package a:b; world one {} world two {}')
    expect(refusalOf(() => library.world())).toContain('there are 2 (Name one of them: one, two)')
    expect(refusalOf(() => library.world('onne'))).toContain('has no world "onne" (Did you mean "one"?)')
  })
})
