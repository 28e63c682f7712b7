import { describeRules } from '../../support/component-rules.js'

/** A component that imports `wanted` as "a" and is given `given`, of what `definitions` define. */
const giving = (wanted: string, given: string, definitions = ''): string => `(component ${definitions}
  (component $c (import "a" ${wanted}))
  (instance (instantiate $c (with "a" ${given}))))`

const func = (type: string): string => `(import "f" (func $f ${type}))`

describeRules('what components are given', {
  broken: [
    [
      'nothing',
      '(component (component $c (import "a" (func))) (instance (instantiate $c)))',
      '"a" is missing',
    ],
    [
      'an instance for a function',
      giving('(func)', '(instance $i)', '(instance $i)'),
      'it is an instance where a function is asked for',
    ],
    [
      'a function for an instance',
      giving('(instance)', '(func $f)', func('')),
      'it is a function where an instance is asked for',
    ],
    [
      'a function with another parameter',
      giving('(func (param "a" u8))', '(func $f)', func('(param "a" u16)')),
      'it is a u16 where a u8 is asked for',
    ],
    [
      'a function with a parameter of another name',
      giving('(func (param "a" u8))', '(func $f)', func('(param "b" u8)')),
      'its parameter "b" is called "a"',
    ],
    [
      'a function with fewer parameters',
      giving('(func (param "a" u8))', '(func $f)', func('')),
      'it has 0 parameters where 1 are asked for',
    ],
    [
      'a function with a result',
      giving('(func)', '(func $f)', func('(result u8)')),
      'it has a value where none is asked for',
    ],
    [
      'an instance that lacks an export',
      giving('(instance (export "g" (func)))', '(instance $i)', '(instance $i)'),
      'it does not export "g"',
    ],
    [
      'an instance with another export',
      giving(
        '(instance (export "g" (func)))',
        '(instance $i)',
        '(import "i" (instance $i (export "g" (func (result u8)))))',
      ),
      'its export "g": result: it has a value',
    ],
    [
      'another value type',
      `(component (type $t (record (field "a" u8)))
        (component $c (type $t (record (field "a" u16))) (import "t" (type (eq $t))))
        (instance (instantiate $c (with "t" (type $t)))))`,
      '"t": field "a": it is a u8 where a u16 is asked for',
    ],
    [
      'a value type for a resource',
      '(component (type $t u8) (component $c (import "r" (type (sub resource)))) (instance (instantiate $c (with "r" (type $t)))))',
      'where a resource is asked for',
    ],
    [
      'functions of two resources where they have to be of one',
      `(component (import "r" (type $r (sub resource))) (import "q" (type $q (sub resource))) (import "f" (func $f (param "a" (own $q))))
        (component $c (import "r" (type $r (sub resource))) (import "f" (func (param "a" (own $r)))))
        (instance (instantiate $c (with "r" (type $r)) (with "f" (func $f)))))`,
      'it is of another resource',
    ],
    [
      'a component that imports more',
      `(component (component $given (import "x" (func)))
        (component $c (import "c" (component)))
        (instance (instantiate $c (with "c" (component $given)))))`,
      'its import "x" is missing',
    ],
    [
      'a component that exports less',
      `(component (component $given)
        (component $c (import "c" (component (export "x" (func)))))
        (instance (instantiate $c (with "c" (component $given)))))`,
      'its export "x" is missing',
    ],
    [
      'an argument twice',
      '(component (component $c) (instance $i) (instance (instantiate $c (with "a" (instance $i)) (with "a" (instance $i)))))',
      'the argument "a" is there twice,',
    ],
    [
      'a component that is never instantiated and does not fit inside',
      '(component (component (component $c (import "a" (func))) (instance (instantiate $c))))',
      '"a" is missing',
    ],
  ],
  sound: [
    [
      'what they ask for, and more',
      giving(
        '(instance (export "g" (func)))',
        '(instance $i)',
        '(import "i" (instance $i (export "h" (func)) (export "g" (func))))',
      ),
    ],
    [
      'arguments that they do not ask for',
      '(component (component $c) (instance $i) (instance (instantiate $c (with "a" (instance $i)))))',
    ],
    [
      'resources, with the functions of them',
      `(component (import "r" (type $r (sub resource))) (import "f" (func $f (param "a" (own $r))))
        (component $c (import "r" (type $r (sub resource))) (import "f" (func (param "a" (own $r)))) (export "s" (type $r)))
        (instance $i (instantiate $c (with "r" (type $r)) (with "f" (func $f))))
        (alias export $i "s" (type $s)) (component $d (import "t" (type $t (sub resource))) (import "u" (type (eq $t))))
        (instance (instantiate $d (with "t" (type $r)) (with "u" (type $s)))))`,
    ],
    [
      'a component that imports less and exports more',
      `(component (component $given (import "f" (func $f)) (export "g" (func $f)) (export "h" (func $f)))
        (component $c (import "c" (component (import "f" (func)) (import "e" (func)) (export "g" (func)))))
        (instance (instantiate $c (with "c" (component $given)))))`,
    ],
  ],
})

describeRules('resources of instances', {
  broken: [
    [
      'resources of two instances of one component for one',
      `(component
        (component $c (type $r' (resource (rep i32))) (export "r" (type $r')))
        (instance $one (instantiate $c)) (instance $two (instantiate $c))
        (alias export $one "r" (type $r1)) (alias export $two "r" (type $r2))
        (component $d (import "a" (type $a (sub resource))) (import "b" (type (eq $a))))
        (instance (instantiate $d (with "a" (type $r1)) (with "b" (type $r2)))))`,
      '"b": it is another resource',
    ],
    [
      'resources of two imported instances of one type for one',
      `(component
        (type $t (instance (export "r" (type (sub resource)))))
        (import "one" (instance $one (type $t))) (import "two" (instance $two (type $t)))
        (alias export $one "r" (type $r1)) (alias export $two "r" (type $r2))
        (component $d (import "a" (type $a (sub resource))) (import "b" (type (eq $a))))
        (instance (instantiate $d (with "a" (type $r1)) (with "b" (type $r2)))))`,
      '"b": it is another resource',
    ],
    [
      'a resource of the component in one of its imports',
      `(component (type $r (resource (rep i32))) (import "f" (func (param "a" (own $r)))))`,
      'is not valid to be used as the import "f"',
    ],
    [
      'an alias of a resource of the outer component',
      '(component (type $r (resource (rep i32))) (component (alias outer 1 $r (type $s))))',
      'speaks of a resource of the outer component,',
    ],
    [
      'an alias of a type that speaks of a resource of the outer component',
      '(component (import "r" (type $r (sub resource))) (type $t (func (param "a" (own $r)))) (component (alias outer 1 $t (type $s))))',
      'speaks of a resource of the outer component,',
    ],
  ],
  sound: [
    [
      'an alias of a plain type of the outer component',
      '(component (type $t (record (field "a" u8))) (component (alias outer 1 $t (type $s)) (type (list $s))))',
    ],
    [
      'an alias within a type of a resource of its component',
      '(component (import "r" (type $r (sub resource))) (type (instance (alias outer 1 $r (type $s)) (export "f" (func (param "a" (own $s)))))))',
    ],
  ],
})
