import { parseWat } from './wasm-tools.js'

/**
 * A core module whose memory grows as it is asked for more, with an `echo` of a pointer and a length: lifted as a
 * function from any list to the same list, it gives back what it was given.
 */
export const echoModule = `
  (core module $m
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local i32)
      (local.set 4 (i32.and
        (i32.add (global.get $next) (i32.sub (local.get 2) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get 2))))
      (global.set $next (i32.add (local.get 4) (local.get 3)))
      (if (i32.gt_u (global.get $next) (i32.mul (memory.size) (i32.const 65536)))
        (then (drop (memory.grow (i32.add (i32.const 1) (i32.div_u (local.get 3) (i32.const 65536)))))))
      (local.get 4))
    (func (export "echo") (param i32 i32) (result i32)
      (i32.store (i32.const 8) (local.get 0))
      (i32.store (i32.const 12) (local.get 1))
      (i32.const 8))
    (func (export "forget") (param i32) (global.set $next (i32.const 1024))))
  (core instance $i (instantiate $m))`

/** Types that need a name of their own, in text form: those of an interface that the component imports. */
const namedTypes = {
  point: '(record (field "x-axis" s32) (field "y" u8))',
  wide: '(record (field "a" u8) (field "b" u64) (field "c" string) (field "d" f32) (field "e" char))',
  shape: `(variant (case "empty") (case "text" string) (case "bytes" (list u8)) (case "at" $point) (case "big" u64)
    (case "both" (tuple u8 f64)) (case "nested" (result u32 (error string))) (case "HTTP-thing" (option u16)))`,
  plain: '(variant (case "one") (case "two"))',
  color: '(enum "red" "light-green" "B2")',
  bit: '(flags "only")',
  some: '(flags "f0" "f1" "f2" "f3" "f4" "f5" "f6" "f7" "f-eight")',
  all: `(flags ${Array.from({ length: 32 }, (_, index) => `"n${index}"`).join(' ')})`,
}

const elements = [
  ...['bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'f32', 'f64', 'char', 'string'],
  ...Object.keys(namedTypes).map((name) => `$${name}`),
  '(list u16)',
  '(list (list string))',
  '(option u8)',
  '(option (option string))',
  '(option (option (option u64)))',
  '(tuple bool u64 string)',
  '(result)',
  '(result u64)',
  '(result (error string))',
  '(result $point (error $shape))',
  '(option (tuple $wide (list $color)))',
]

/** A component that echoes lists of every type, in one of the encodings of strings. */
export function buildEchoComponent(encoding: 'utf8' | 'utf16' | 'latin1+utf16'): Uint8Array {
  const types = Object.entries(namedTypes).map(
    ([name, type]) => `(type $${name}-type ${type}) (export "${name}" (type $${name} (eq $${name}-type)))`,
  )
  const aliases = Object.keys(namedTypes).map((name) => `(alias export $types "${name}" (type $${name}))`)
  const functions = elements.map(
    (element, index) => `
  (type $list${index} (list ${element}))
  (func (export "echo${index}") (param "value" $list${index}) (result $list${index})
    (canon lift (core func $i "echo") (memory $i "memory") (realloc (func $i "realloc"))
      (post-return (func $i "forget")) string-encoding=${encoding}))`,
  )
  return parseWat(`(component ${echoModule}
    (type $types-type (instance ${types.join('\n')}))
    (import "test:values/types" (instance $types (type $types-type)))
    ${aliases.join('\n')} ${functions.join('')})`)
}
