import { componentOf, section, text } from '../../support/binary.js'
import { describeRules } from '../../support/component-rules.js'

const names = (count: number): string => Array.from({ length: count }, (_, index) => `"n${index}"`).join(' ')

/** Lists of lists, `depth` types in all. */
const nested = (depth: number): string =>
  `(component (type $t0 u8) ${Array.from({ length: depth - 1 }, (_, index) => `(type $t${index + 1} (list $t${index}))`).join(' ')})`

/** Tuples of two of the one before: the last has 2 to the power of `steps` parts. */
const doubling = (steps: number): string =>
  `(component (type $t0 u8) ${Array.from({ length: steps }, (_, index) => `(type $t${index + 1} (tuple $t${index} $t${index}))`).join(' ')})`

describeRules('value types', {
  broken: [
    ['a record without fields', componentOf(section(7, [1, 0x72, 0])), 'a record is empty'],
    ['a variant without cases', componentOf(section(7, [1, 0x71, 0])), 'a variant is empty'],
    ['an empty tuple', componentOf(section(7, [1, 0x6f, 0])), 'a tuple is empty'],
    ['no flags', componentOf(section(7, [1, 0x6e, 0])), 'a list of flags is empty'],
    ['an enum without cases', componentOf(section(7, [1, 0x6d, 0])), 'a list of enum cases is empty'],
    ['33 flags', `(component (type (flags ${names(33)})))`, '33 flags are more than the 32'],
    ['a list of no elements', componentOf(section(7, [1, 0x67, 0x7d, 0])), 'has no elements'],
    [
      'a case that refines another',
      componentOf(section(7, [1, 0x71, 1, ...text('a'), 0, 1, 0])),
      'the end of a variant case starts with 0x01',
    ],
    ['an index that is not there', '(component (type (list 1)))', 'type 1 is not defined'],
    ['an index of itself', '(component (type (list 0)))', 'type 0 is not defined'],
    [
      'a list of functions',
      '(component (type $f (func)) (type (list $f)))',
      'type 0 is no value type but a function type',
    ],
    [
      'a record of an instance',
      '(component (type $i (instance)) (type (record (field "a" $i))))',
      'no value type but an instance type',
    ],
    [
      'an option of a resource',
      '(component (type $r (resource (rep i32))) (type (option $r)))',
      'no value type but a resource',
    ],
    [
      'own of a record',
      '(component (type $t (record (field "a" u8))) (type (own $t)))',
      'type 0 is no resource but a record',
    ],
    [
      'borrow of a function',
      '(component (type $t (func)) (type (borrow $t)))',
      'type 0 is no resource but a function type',
    ],
    ['types that lie in themselves too deep', nested(101), 'a type lies in itself deeper than 100'],
    ['types of too many parts', doubling(20), 'a type has more than 1000000 parts'],
    [
      'two fields of one name',
      '(component (type (record (field "a" u8) (field "a" u8))))',
      'the field "a" is there twice,',
    ],
    [
      'names that differ in case only',
      '(component (type (enum "a-b" "A-b")))',
      'the enum case "A-b" is there twice,',
    ],
    [
      'a field that is not in kebab-case',
      '(component (type (record (field "a_b" u8))))',
      'the field "a_b" is not a valid label',
    ],
    ['a case without a name', '(component (type (variant (case ""))))', 'the case "" is not a valid label'],
  ],
  sound: [
    ['32 flags', `(component (type (flags ${names(32)})))`],
    ['types that lie in themselves 100 deep', nested(100)],
    ['many cases', `(component (type (enum ${names(300)})))`],
    ['a list of a fixed length', '(component (type (list u8 4)))'],
  ],
})

describeRules('function types', {
  broken: [
    [
      'a borrowed resource as a result',
      '(component (import "r" (type $r (sub resource))) (type (func (result (borrow $r)))))',
      'a function returns a borrowed resource',
    ],
    [
      'a borrowed resource within a result',
      '(component (import "r" (type $r (sub resource))) (type (func (result (list (option (borrow $r)))))))',
      'a function returns a borrowed resource',
    ],
    [
      'two parameters of one name',
      '(component (type (func (param "a" u8) (param "A" u8))))',
      'the parameter "A" is there twice,',
    ],
    [
      'a parameter that is no value',
      '(component (type $f (func)) (type (func (param "a" $f))))',
      'no value type',
    ],
    ['a result of an unknown form', componentOf(section(7, [1, 0x40, 0, 2])), '0x02 is no list of results'],
  ],
  sound: [
    [
      'borrowed resources as parameters',
      '(component (import "r" (type $r (sub resource))) (type (func (param "a" (list (borrow $r))))))',
    ],
  ],
})

describeRules('types of components and instances', {
  broken: [
    [
      'a resource defined within an instance type',
      '(component (type (instance (type (resource (rep i32))))))',
      'a resource is defined within the type',
    ],
    [
      'a resource defined within a component type',
      '(component (type (component (type (resource (rep i32))))))',
      'a resource is defined within the type',
    ],
    [
      'an import of an instance type',
      componentOf(section(7, [1, 0x42, 1, 0x03, 0, ...text('a'), 3, 1])),
      'has an import',
    ],
    [
      'two exports of one name',
      '(component (type (instance (export "a" (func)) (export "a" (func)))))',
      'the export "a" is there twice,',
    ],
    [
      'a function of an index that is a value type',
      '(component (type $t u8) (type (instance (alias outer 1 $t (type $t)) (export "a" (func (type $t))))))',
      'where the type of a function is needed,',
    ],
    [
      'an instance of an index that is a component type',
      '(component (type $t (component)) (import "a" (instance (type $t))))',
      'is a component type where the type of an instance is needed,',
    ],
    [
      'a component of an index that is an instance type',
      '(component (type $t (instance)) (type (component (alias outer 1 $t (type $t)) (import "a" (component (type $t))))))',
      'is an instance type where the type of a component is needed,',
    ],
    [
      'an alias of a component within a type',
      '(component (component $c) (type (component (alias outer 1 $c (component)))))',
      'an alias within a type is of something else than a type or an instance,',
    ],
    [
      'a method of a resource that is not there',
      '(component (type (instance (export "[method]r.f" (func)))))',
      '"[method]r.f" belongs to no resource',
    ],
    [
      'a component type that exports an unnamed record',
      '(component (type (component (type $t (record (field "a" u8))) (export "f" (func (param "a" $t))))))',
      'a function is not valid to be used as the export "f"',
    ],
  ],
  sound: [
    [
      'an instance type that exports unnamed types, which what uses it names',
      '(component (type (instance (type $t (record (field "a" u8))) (export "f" (func (param "a" $t))))))',
    ],
    [
      'aliases of types and instances within types',
      `(component (type (component
        (import "i" (instance $i (export "t" (type (sub resource))) (export "j" (instance))))
        (alias export $i "t" (type $t)) (alias export $i "j" (instance)) (export "f" (func (param "a" (own $t)))))))`,
    ],
  ],
})
