import { componentOf, section, text } from '../../support/binary.js'
import { describeRules } from '../../support/component-rules.js'

const record = '(type $t (record (field "a" u8)))'
const libc = `(core module $m (func (export "f") (param i32))) (core instance $m (instantiate $m))`
const lifted = (param: string): string => `(func $f (param "a" ${param}) (canon lift (core func $m "f")))`

describeRules('types of exports and imports', {
  broken: [
    [
      'an exported function of an unnamed record',
      `(component ${record} ${libc} ${lifted('$t')} (export "f" (func $f)))`,
      'a function is not valid to be used as the export "f"',
    ],
    [
      'an imported function of an unnamed record',
      `(component ${record} (import "f" (func (param "a" $t))))`,
      'a function is not valid to be used as the import "f"',
    ],
    [
      'an unnamed enum within a list',
      '(component (type $e (enum "a")) (import "f" (func (param "a" (list $e)))))',
      'is not valid to be used as the import',
    ],
    [
      'unnamed flags within a result',
      '(component (type $e (flags "a")) (import "f" (func (result (result $e)))))',
      'is not valid to be used as the import',
    ],
    [
      'a record that is only exported, in an import',
      `(component ${record} (export $u "t" (type $t)) (import "f" (func (param "a" $u))))`,
      'is not valid to be used as the import "f"',
    ],
    [
      'the name of a record instead of the one it is imported by',
      `(component ${record} (import "t" (type (eq $t))) (import "f" (func (param "a" $t))))`,
      'is not valid to be used as the import "f"',
    ],
    [
      'a record with an unnamed field',
      `(component ${record} (type $u (record (field "b" $t))) (import "u" (type (eq $u))))`,
      'a type is not valid to be used as the import "u"',
    ],
    [
      'a resource that is not exported',
      '(component (type $r (resource (rep i32))) (type $t (own $r)) (export "t" (type $t)))',
      'is not valid to be used as the export "t"',
    ],
    [
      'an instance that speaks of an unnamed record',
      `(component ${record} ${libc} ${lifted('$t')} (instance $i (export "f" (func $f))) (export "i" (instance $i)))`,
      'an instance is not valid to be used as the export "i"',
    ],
    [
      'an export ascribed another type',
      '(component (import "f" (func $f)) (export "g" (func $f) (func (param "a" u8))))',
      'the export "g" is not of its type',
    ],
    [
      'an export ascribed what it lacks',
      '(component (instance $i) (export "i" (instance $i) (instance (export "f" (func)))))',
      'it does not export "f"',
    ],
    [
      'an export of another sort than its type',
      componentOf(
        section(7, [1, 0x42, 0]),
        section(5, [1, 1, 0]),
        section(11, [1, 0, ...text('a'), 5, 0, 1, 1, 0]),
      ),
      'of an export',
    ],
    [
      'an exported core function',
      componentOf(section(11, [1, 0, ...text('a'), 0, 0, 0, 0])),
      'is not defined',
    ],
    [
      'an export of what is not there',
      componentOf(section(11, [1, 0, ...text('a'), 5, 0, 0])),
      'instance 0 is not defined',
    ],
  ],
  sound: [
    [
      'an exported record',
      `(component ${record} (export $u "t" (type $t)) ${libc} ${lifted('$u')} (export "f" (func $f)))`,
    ],
    [
      'a record imported before',
      `(component ${record} (import "t" (type $u (eq $t))) (import "f" (func (param "a" (option (tuple $u u8))))))`,
    ],
    [
      'an imported record in an export',
      `(component ${record} (import "t" (type $u (eq $t))) (import "f" (func $f (param "a" $u))) (export "g" (func $f)))`,
    ],
    [
      'an instance that exports the record itself',
      `(component ${record} (instance $i (export "t" (type $t))) (export "i" (instance $i)))`,
    ],
    [
      'an export ascribed less than it has',
      '(component (import "i" (instance $i (export "f" (func)))) (export "i" (instance $i) (instance)))',
    ],
    [
      'tuples, lists, options and results, which need no names',
      '(component (import "f" (func (param "a" (tuple (list (option u8)) (result string))))))',
    ],
  ],
})

describeRules('aliases', {
  broken: [
    [
      'an export that is not there',
      '(component (import "i" (instance $i)) (alias export $i "f" (func)))',
      'instance 0 exports no function "f"',
    ],
    [
      'an export of another sort',
      '(component (import "i" (instance $i (export "f" (func)))) (alias export $i "f" (instance)))',
      'instance 0 exports no instance "f"',
    ],
    [
      'an instance that is not there',
      componentOf(section(6, [1, 1, 0, 0, ...text('f')])),
      'instance 0 is not defined',
    ],
    [
      'a component beyond the outermost',
      componentOf(section(6, [1, 3, 2, 1, 0])),
      'an alias points outside the component',
    ],
    [
      'an outer index that is not there',
      '(component (component (alias outer 1 0 (type))))',
      'type 0 is not defined',
    ],
    [
      'an outer function',
      componentOf(section(6, [1, 1, 2, 0, 0])),
      'a function cannot be taken from an outer component',
    ],
    [
      'a core export of a sort that has none',
      componentOf(section(6, [1, 0, 0x11, 1, 0, ...text('f')])),
      'a core instance cannot export',
    ],
    ['an unknown target', componentOf(section(6, [1, 3, 3, 0, 0])), '0x03 is no target of an alias'],
  ],
  sound: [
    [
      'outer types, modules and components',
      '(component (type $t u8) (core module $m) (component $c) (component (alias outer 1 $t (type)) (alias outer 1 $m (core module)) (alias outer 1 $c (component))))',
    ],
    ['a type of its own scope', '(component (type $t u8) (alias outer 0 $t (type)))'],
  ],
})

describeRules('sections', {
  broken: [
    [
      'bytes after what a section says',
      componentOf([...section(7, [1, 0x7d, 0])]),
      'holds more than it says,',
    ],
    ['a section that reaches past the end', componentOf([7, 100, 1, 0x7d]), 'reaches past the end'],
    [
      'a vector that reaches past the end',
      componentOf(section(7, [100, 0x7d])),
      'a vector of 100 items reaches past the end',
    ],
    [
      'a number that is longer than it may be',
      componentOf([7, 0x86, 0x80, 0x80, 0x80, 0x80, 0x00]),
      'an integer is longer than 5 bytes',
    ],
    [
      'a number of more than 32 bits',
      componentOf([7, 0xff, 0xff, 0xff, 0xff, 0x1f]),
      'an integer is greater than 32 bits allow',
    ],
    [
      'a name that is not UTF-8',
      componentOf(section(10, [1, 0, 1, 0xff, 1, 0])),
      'a string is not valid UTF-8',
    ],
    ['a custom section without a name', componentOf(section(0, [5])), 'a string reaches past the end'],
    ['an unknown section', componentOf(section(13, [])), '0x0d is no section of a component'],
    [
      'a core module of another version',
      componentOf(section(1, [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0])),
      'the version of a core module',
    ],
    [
      'a core module in place of a component',
      componentOf(section(4, [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])),
      'it is a core WebAssembly module',
    ],
    [
      'a custom section of a core module whose name is not UTF-8',
      componentOf(section(1, [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section(0, [1, 0xff])])),
      'a string is not valid UTF-8',
    ],
  ],
  sound: [
    ['the empty component', componentOf()],
    [
      'custom sections anywhere',
      componentOf(section(0, [...text('a'), 1, 2]), section(7, [1, 0x7d]), section(0, [...text('a')])),
    ],
  ],
})
