import { readdirSync, readFileSync } from 'node:fs'
import { parseDocument } from '#washi/wit/text/parse-document.js'
import { printDocument } from '#washi/wit/text/print-document.js'
import { describe, expect, it } from 'vitest'
import { refusalOf } from '../../support/wit-text.js'

const parse = (text: string) => parseDocument({ file: 'a.wit', text })
const reprint = (text: string): string => printDocument(parse(text))

function fixtures(): [name: string, text: string][] {
  const files = ['../../fixtures/wit/wasi-0.2.12/', '../../fixtures/components/wit/deps/'].flatMap(
    (folder) => {
      const url = new URL(folder, import.meta.url)
      return readdirSync(url, { recursive: true })
        .map(String)
        .filter((file) => file.endsWith('.wit'))
        .map((file) => new URL(file, url))
    },
  )
  return files.map((url) => [url.pathname.split('/fixtures/')[1] ?? '', readFileSync(url, 'utf8')])
}

const everything = `/// The package.
package test:all@1.2.3-rc.1+build;

use wasi:io/streams@0.2.0;
use wasi:io/poll@0.2.0 as polling;

/// An interface.
///
/// Two paragraphs.
@since(version = 1.0.0)
@deprecated(version = 1.2.0)
interface items {
  use streams.{input-stream, error as io-error};
  type size = u64;
  record point {
    /// Across.
    x: s32,
    %list: f64,
  }
  variant shape {
    none,
    /// With a radius.
    circle(f32),
    many(list<shape-id, 4>),
  }
  flags access {
    read,
    %static,
  }
  enum color {
    red,
    GREEN,
  }
  type shape-id = tuple<u8, option<char>>;
  @unstable(feature = handles)
  resource blob {
    constructor(init: list<u8>) -> result<blob, string>;
    /// Reads.
    read: func(n: u32) -> stream<u8>;
    @since(version = 1.1.0)
    merge: static async func(a: borrow<blob>, b: own<blob>) -> result<_, io-error>;
  }
  resource nothing;
  @external-id("a \\"quoted\\" \\\\ id")
  f: func();
  g: async func(a: map<string, u8>, b: future) -> result;
  h: func() -> result<u8>;
}

world w {
  include other:name/world-1@0.1.0 with { a as b, c as d }
  include base;
  use items.{point};
  type alias = point;
  import items;
  import wasi:io/error@0.2.0;
  import primary: wasi:keyvalue/store@0.2.0-draft;
  import local: items;
  export run: async func() -> result;
  export inline: interface {
    use items.{color};
    f: func(c: color);
  }
}

package nested:one@0.1.0 {
  interface i {
    f: func();
  }
}
`

describe('parseDocument()', () => {
  it('reads every construct, and printDocument() writes the same text again', () => {
    expect(reprint(everything)).toBe(everything)
  })

  it.each(fixtures())('reads %s; what is printed of it is read and printed the same', (_name, text) => {
    const printed = reprint(text)
    expect(reprint(printed)).toBe(printed)
    expect(printed.match(/\bfunc\(/g)?.length).toBe(
      text.replaceAll(/\/\/.*|\/\*[^]*?\*\//g, '').match(/\bfunc\(/g)?.length,
    )
  })

  it('keeps doc comments of both forms, and no others', () => {
    const document = parse(`package a:b;
      // not this
      /// first
      /// second
      //// nor this
      interface i {
        /** block
         * comment
         */
        f: func(); /* nested /* comment */ */
        /*** nor this */
        g: func();
      }`)
    const [one] = document.body.interfaces
    expect(one?.docs).toBe('first\nsecond')
    expect(one?.items.map(({ docs }) => docs)).toEqual(['block\ncomment', undefined])
  })

  it('tells paths from names with a colon', () => {
    const { worlds } = parse(
      'package a:b; world w { import a:b/c; import d: e; import f: func(); import g:h/i@1.0.0; import j: k:l/m; }',
    ).body
    const externs = (worlds[0]?.items ?? []).map((item) =>
      item.kind === 'extern' ? item.what.kind : item.kind,
    )
    expect(externs).toEqual(['path', 'named-path', 'function', 'path', 'named-path'])
  })

  it.each([
    ['interface i { f: func( }', '1:24: expected a parameter, found "}"'],
    ['package a:b\ninterface i {}', '2:1: expected ";" or "{", found "interface"'],
    ['package a:b;\n\ninterface i { f func(); }', '3:17: expected ":", found "func"'],
    ['interface i { type: func(); }', '1:19: expected the name of the type, found ":"'],
    ['interface list {}', '1:11: expected the name of the interface, found the keyword "list" (Write %list'],
    ['interface i { type t = list<u8>', '1:32: expected ";", found the end of the text'],
    ['interface i { type t = list<u8, 0>; }', '1:33: a list cannot have the length 0'],
    ['interface i { type t = map<f32, u8>; }', '1:28: the keys of a map are integers'],
    ['interface i { record r {} }', '1:24: there has to be something in the braces'],
    ['interface i { type t = float32; f: func() -> (a: u8); }', '1:46: functions have one result'],
    ['interface Foo-Bar2-bAz {}', '1:11: "Foo-Bar2-bAz" is no identifier'],
    ['/* never closed', '1:1: the comment has no end'],
    ['interface i { f: func(); } €', '1:28: "€" belongs to no word or sign'],
    ['package a:b@1.0;', '1:13: expected a version such as 1.2.3'],
    ['@since(version = 1.0) interface i {}', '1:18: expected a version such as 1.2.3'],
    ['@since(version = 1.0.0) @unstable(feature = f) interface i {}', '1:1: an item cannot have both'],
    ['@later interface i {}', '1:2: "@later" is none of @since'],
    ['world w { import a:b; }', '1:18: "a:b" is a package; expected "/"'],
    ['world w { include x with { a }; }', '1:30: expected "as", found "}"'],
    ['interface i { f: func(); \u202e }', '1:26: the character U+202E may not be in it'],
    ['package a:b; package c:d;', '1:14: the package of a file is declared once'],
    ['@external-id("\\xyz") interface i {}', '1:15: the string has an escape that means nothing'],
    [`interface i { type t = ${'list<'.repeat(120)}`, '1:524: types lie in each other deeper than 100'],
    ['fish', '1:1: expected "interface", "world", "use" or "package", found "fish"'],
  ])('says what it expected: %s', (text, refusal) => {
    expect(refusalOf(() => parse(text)).replace('a.wit:', '')).toContain(refusal)
  })
})
