import { componentOf, section } from '../../support/binary.js'
import { describeRules } from '../../support/component-rules.js'

const exporting = (field: string): string => `
  (core module $given ${field})
  (core instance $given (instantiate $given))`
const importing = (given: string, wanted: string): string => `(component ${exporting(given)}
  (core module $wanting (import "a" "b" ${wanted}))
  (core instance (instantiate $wanting (with "a" (instance $given)))))`

const moduleOf = (type: string, module: string): string => `(component
  (component $c (import "m" ${type}))
  (core module $m ${module})
  (instance (instantiate $c (with "m" (core module $m)))))`

describeRules('what core modules are given', {
  broken: [
    [
      'a module without what it imports from',
      '(component (core module $m (import "a" "b" (func))) (core instance (instantiate $m)))',
      'a core module is instantiated without its import "a",',
    ],
    ['an instance that lacks an export', importing('', '(func)'), 'it does not export "b"'],
    [
      'a memory for a function',
      importing('(memory (export "b") 1)', '(func)'),
      'it is a memory where a function is asked for',
    ],
    [
      'a function of another type',
      importing('(func (export "b") (param i32))', '(func)'),
      '(i32) -> () where () -> ()',
    ],
    [
      'a table of another type',
      importing('(table (export "b") 1 funcref)', '(table 1 externref)'),
      'it is a table of funcref',
    ],
    [
      'a table that is too small',
      importing('(table (export "b") 1 funcref)', '(table 2 funcref)'),
      'it has at least 1 where 2',
    ],
    [
      'a memory that is too small',
      importing('(memory (export "b") 1)', '(memory 2)'),
      'it has at least 1 where 2',
    ],
    [
      'a memory without maximum',
      importing('(memory (export "b") 1)', '(memory 1 2)'),
      'it has at most any number',
    ],
    [
      'a memory with too great a maximum',
      importing('(memory (export "b") 1 3)', '(memory 1 2)'),
      'it has at most 3',
    ],
    ['a shared memory', importing('(memory (export "b") 1 2 shared)', '(memory 1 2)'), 'one is shared'],
    [
      'a global of another type',
      importing('(global (export "b") i32 (i32.const 0))', '(global i64)'),
      'it is a global of type i32',
    ],
    [
      'a global that is not mutable',
      importing('(global (export "b") i32 (i32.const 0))', '(global (mut i32))'),
      'one global is mutable',
    ],
    [
      'an argument twice',
      `(component ${exporting('')} (core module $m)
        (core instance (instantiate $m (with "a" (instance $given)) (with "a" (instance $given)))))`,
      'the argument "a" is there twice,',
    ],
    [
      'an export of an instance twice',
      `(component ${exporting('(func (export "f"))')} (alias core export $given "f" (core func $f))
        (core instance (export "f" (func $f)) (export "f" (func $f))))`,
      'the core export "f" is there twice,',
    ],
    [
      'an import twice',
      '(component (core module (import "a" "b" (func)) (import "a" "b" (func))))',
      'a core module imports "b" of "a" twice,',
    ],
  ],
  sound: [
    [
      'a function of its type',
      importing(
        '(func (export "b") (param f32) (result i64) unreachable)',
        '(func (param f32) (result i64))',
      ),
    ],
    ['a memory that is greater', importing('(memory (export "b") 3 4)', '(memory 2 5)')],
    ['a table with more elements', importing('(table (export "b") 3 funcref)', '(table 2 funcref)')],
    ['a mutable global', importing('(global (export "b") (mut f64) (f64.const 0))', '(global (mut f64))')],
    ['more than they import', importing('(func (export "b")) (func (export "c"))', '(func)')],
  ],
})

const moduleBytes = (...sections: readonly (readonly number[])[]): Uint8Array =>
  componentOf(section(1, [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]))

describeRules('sections of core modules', {
  broken: [
    ['sections that are out of order', moduleBytes(section(5, [0]), section(1, [0])), 'are out of order'],
    ['a section twice', moduleBytes(section(1, [0]), section(1, [0])), 'are out of order'],
    ['bytes after what a section says', moduleBytes(section(5, [1, 0, 1, 0])), 'holds more than it says,'],
  ],
})

describeRules('aliases of core exports', {
  broken: [
    [
      'one that is not there',
      `(component ${exporting('')} (alias core export $given "f" (core func)))`,
      'exports no core function "f"',
    ],
    [
      'one of another sort',
      `(component ${exporting('(memory (export "f") 1)')} (alias core export $given "f" (core func)))`,
      'exports no core function "f"',
    ],
    [
      'one of picked exports that is not there',
      '(component (core instance $i) (alias core export $i "f" (core memory)))',
      'exports no core memory "f"',
    ],
  ],
})

describeRules('module types', {
  broken: [
    [
      'an import twice',
      '(component (core type (module (import "a" "b" (func)) (import "a" "b" (func)))))',
      'the import "b" of "a" of a module type is there twice,',
    ],
    [
      'an export twice',
      '(component (core type (module (export "a" (func)) (export "a" (func)))))',
      'the export "a" of a module type is there twice,',
    ],
    [
      'a type that is no module type',
      '(component (core type $t (func)) (type (component (import "m" (core module (type $t))))))',
      'is no module type',
    ],
    [
      'a memory of too many pages',
      '(component (core type (module (import "a" "b" (memory 65537)))))',
      'a memory has more than 65536 pages',
    ],
    [
      'limits upside down',
      '(component (core type (module (import "a" "b" (table 2 1 funcref)))))',
      'is greater than their maximum',
    ],
    [
      'a module that imports more',
      moduleOf('(core module)', '(import "a" "b" (func))'),
      'it imports "b" of "a", which is not among the imports asked for',
    ],
    [
      'a module that exports less',
      moduleOf('(core module (export "f" (func)))', ''),
      'it does not export "f"',
    ],
    [
      'a module that exports another type',
      moduleOf('(core module (export "f" (func)))', '(func (export "f") (param i32))'),
      '(i32) -> () where () -> () is asked for',
    ],
    [
      'an instance without what its module type imports',
      '(component (component (import "m" (core module $m (import "a" "b" (func)))) (core instance (instantiate $m))))',
      'a core module is instantiated without its import "a",',
    ],
  ],
  sound: [
    [
      'a module that imports less and exports more',
      moduleOf(
        '(core module (import "a" "b" (func)) (export "f" (func)))',
        '(func (export "f")) (func (export "g"))',
      ),
    ],
    [
      'types from outside',
      `(component (core type $f (func (param i32)))
        (core type (module (alias outer 1 $f (type $g)) (import "a" "b" (func (type $g))))))`,
    ],
  ],
})
