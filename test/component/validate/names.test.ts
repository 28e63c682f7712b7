import { describeRules } from '../../support/component-rules.js'

const importing = (name: string, type = '(func)'): string => `(component (import "${name}" ${type}))`
const invalid = 'is not a valid name of an import or export'

const resource = '(import "r" (type $r (sub resource)))'
const other = '(import "o" (type $o (sub resource)))'

describeRules('names of imports and exports', {
  broken: [
    ['an empty name', importing(''), invalid],
    ['a name in capitals and small letters', importing('aB'), invalid],
    ['a word that begins with a digit at the start', importing('1-a'), invalid],
    ['a hyphen at the end', importing('a-'), invalid],
    ['two hyphens', importing('a--b'), invalid],
    ['an interface without a package', importing('a/b', '(instance)'), invalid],
    ['a package without an interface', importing('a:b', '(instance)'), invalid],
    ['a namespace in capitals', importing('A:b/c', '(instance)'), invalid],
    ['a version that is none', importing('a:b/c@1.x', '(instance)'), invalid],
    ['a version with a leading zero', importing('a:b/c@1.02.0', '(instance)'), invalid],
    ['a version that ends early', importing('a:b/c@1.0.0-', '(instance)'), invalid],
    ['an annotation that is unknown', importing('[getter]a.b'), invalid],
    ['a constructor with a dot', importing('[constructor]a.b'), invalid],
    ['a method without a dot', importing('[method]a'), invalid],
    [
      'two imports of one name',
      '(component (import "a" (func)) (import "a" (func)))',
      'the import "a" is there twice,',
    ],
    [
      'two imports that differ in case',
      '(component (import "a" (func)) (import "A" (func)))',
      'the import "A" is there twice,',
    ],
    [
      'two exports of one name',
      '(component (instance $i) (export "a" (instance $i)) (export "a" (instance $i)))',
      'the export "a" is there twice,',
    ],
    [
      'a method and a static function of one name',
      `(component ${resource} (import "[method]r.f" (func (param "self" (borrow $r)))) (import "[static]r.f" (func)))`,
      'is there twice,',
    ],
    [
      'a function and a method of the same two labels',
      `(component ${resource} (import "[static]r.r" (func)) )`,
      'is there twice,',
    ],
    [
      'two exports of one name in an instance',
      '(component (instance $i) (instance (export "a" (instance $i)) (export "a" (instance $i))))',
      'the export "a" is there twice,',
    ],
  ],
  sound: [
    ['words and acronyms', importing('a-B-c1-2-HTTP-v2')],
    ['an import and an export of one name', '(component (import "a" (func $f)) (export "a" (func $f)))'],
    ['a version with all its parts', importing('a:b-c/D-e@1.2.3-rc.1-x+build.05', '(instance)')],
    [
      'a constructor and a type of one name',
      `(component ${resource} (import "[constructor]r" (func (result (own $r)))))`,
    ],
  ],
})

describeRules('names of functions of resources', {
  broken: [
    [
      'a constructor that returns nothing',
      `(component ${resource} (import "[constructor]r" (func)))`,
      '"[constructor]r" does not return its resource',
    ],
    [
      'a constructor that returns another resource',
      `(component ${resource} ${other} (import "[constructor]r" (func (result (own $o)))))`,
      'does not return its resource',
    ],
    [
      'a constructor whose error is its resource',
      `(component ${resource} (import "[constructor]r" (func (result (result (error (own $r)))))))`,
      'does not return its resource',
    ],
    [
      'a method without parameters',
      `(component ${resource} (import "[method]r.f" (func)))`,
      'does not take its resource as "self"',
    ],
    [
      'a method whose first parameter has another name',
      `(component ${resource} (import "[method]r.f" (func (param "this" (borrow $r)))))`,
      'does not take its resource as "self"',
    ],
    [
      'a method that takes its resource for good',
      `(component ${resource} (import "[method]r.f" (func (param "self" (own $r)))))`,
      'does not take its resource as "self"',
    ],
    [
      'a method that takes another resource',
      `(component ${resource} ${other} (import "[method]r.f" (func (param "self" (borrow $o)))))`,
      'does not take its resource as "self"',
    ],
    [
      'a static function of no resource',
      '(component (import "[static]r.f" (func)))',
      '"[static]r.f" belongs to no resource',
    ],
    [
      'a static function of what is no resource',
      '(component (type $t u8) (import "r" (type (eq $t))) (import "[static]r.f" (func)))',
      'belongs to no resource',
    ],
    [
      'an exported method of a resource that is only imported',
      `(component ${resource} (import "f" (func $f (param "self" (borrow $r)))) (export "[method]r.f" (func $f)))`,
      '"[method]r.f" belongs to no resource',
    ],
    [
      'a method picked for an instance',
      `(component ${resource} (import "f" (func $f (param "self" (borrow $r))))
        (instance (export "r" (type $r)) (export "[method]r.f" (func $f))))`,
      '"[method]r.f" belongs to no resource',
    ],
    [
      'a type with the name of a method',
      `(component ${resource} (import "[static]r.t" (type (sub resource))))`,
      'has the name of a function',
    ],
  ],
  sound: [
    [
      'all three kinds',
      `(component ${resource} (import "[constructor]r" (func (result (result (own $r)))))
      (import "[method]r.f" (func (param "self" (borrow $r)) (param "a" u8))) (import "[static]r.g" (func)))`,
    ],
    [
      'a method of a resource under another name',
      `(component ${resource} (import "q" (type $q (eq $r))) (import "[method]q.f" (func (param "self" (borrow $q)))))`,
    ],
  ],
})
