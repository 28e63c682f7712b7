import { describeRules } from '../../support/component-rules.js'

const libc = `
  (core module $libc (memory (export "memory") 1) (table (export "table") 1 funcref)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "realloc3") (param i32 i32 i32) (result i32) unreachable)
    (func (export "nothing"))
    (func (export "take") (param i32 i32))
    (func (export "take4") (param i32 i32 i32 i32))
    (func (export "give") (result i32) unreachable)
    (func (export "give64") (result i64) unreachable)
    (func (export "free") (param i32))
    (func (export "free64") (param i64))
    (func (export "free-all") (param i32) (result i32) unreachable))
  (core instance $libc (instantiate $libc))`

const lift = (func: string, type: string, options = ''): string =>
  `(component ${libc} (func ${type} (canon lift (core func $libc "${func}") ${options})))`
const lower = (type: string, options = ''): string =>
  `(component ${libc} (import "f" (func $f ${type})) (core func (canon lower (func $f) ${options})))`

const memory = '(memory $libc "memory")'
const realloc = '(realloc (func $libc "realloc"))'

describeRules('functions that are lifted', {
  broken: [
    [
      'one that has too few parameters',
      lift('nothing', '(param "a" u32)'),
      'has the type () -> () where (i32) -> ()',
    ],
    [
      'one with a parameter of another type',
      lift('free64', '(param "a" u32)'),
      '(i64) -> () where (i32) -> ()',
    ],
    ['one that returns nothing', lift('nothing', '(result u32)'), '() -> () where () -> (i32)'],
    ['one that returns what is not asked for', lift('give', ''), '() -> (i32) where () -> ()'],
    ['one that returns another type', lift('give', '(result u64)'), '() -> (i32) where () -> (i64)'],
    [
      'a great result that is not a pointer',
      lift('give64', '(result (tuple u32 u32))', memory),
      '() -> (i64) where () -> (i32)',
    ],
    [
      'one whose parameters would lie in memory',
      lift(
        'take4',
        `${Array.from({ length: 17 }, (_, index) => `(param "p${index}" u8)`).join(' ')}`,
        `${memory} ${realloc}`,
      ),
      '(i32, i32, i32, i32) -> () where (i32) -> ()',
    ],
    ['strings without memory', lift('take', '(param "a" string)'), 'without the option memory,'],
    ['strings without realloc', lift('take', '(param "a" string)', memory), 'without the option realloc,'],
    ['a great result without memory', lift('give', '(result (tuple u8 u8))'), 'without the option memory,'],
    ['a string result without memory', lift('give', '(result string)'), 'without the option memory,'],
    [
      'many parameters without realloc',
      lift('free', Array.from({ length: 17 }, (_, index) => `(param "p${index}" u8)`).join(' '), memory),
      'without the option realloc,',
    ],
    [
      'a type that is no function type',
      `(component ${libc} (type $t u8) (func (type $t) (canon lift (core func $libc "nothing"))))`,
      'a function is lifted to a u8',
    ],
  ],
  sound: [
    ['one whose type is that of its core function', lift('take', '(param "a" u32) (param "b" char)')],
    ['strings with memory and realloc', lift('take', '(param "a" string)', `${memory} ${realloc}`)],
    ['a great result with memory', lift('give', '(result (tuple u8 u8))', memory)],
    ['a variant joined to i64', lift('give', '(result (option u64))', memory)],
  ],
})

describeRules('the options of canonical functions', {
  broken: [
    ['realloc without memory', lift('nothing', '', realloc), 'the option realloc but no memory'],
    [
      'realloc of another type',
      lift('take', '(param "a" string)', `${memory} (realloc (func $libc "realloc3"))`),
      'the canonical option realloc does not fit',
    ],
    [
      'post-return of another type',
      lift('give', '(result u32)', '(post-return (func $libc "free64"))'),
      'the canonical option post-return does not fit',
    ],
    [
      'post-return that returns something',
      lift('give', '(result u32)', '(post-return (func $libc "free-all"))'),
      'the canonical option post-return does not fit',
    ],
    [
      'post-return of a lower',
      lower('', '(post-return (func $libc "nothing"))'),
      'a lower has the option post-return',
    ],
    [
      'memory twice',
      lift('nothing', '', `${memory} ${memory}`),
      'the canonical option memory is there twice,',
    ],
    [
      'two encodings',
      lift('nothing', '', 'string-encoding=utf8 string-encoding=utf16'),
      'the canonical option encoding is there twice,',
    ],
    [
      'a memory that is shared',
      `(component (core module $m (memory (export "m") 1 1 shared) (func (export "f") (result i32) unreachable))
        (core instance $i (instantiate $m))
        (func (result string) (canon lift (core func $i "f") (memory $i "m"))))`,
      'of a shared memory',
    ],
    ['strings lowered without memory', lower('(param "a" string)'), 'without the option memory,'],
    ['lists returned without realloc', lower('(result (list u8))', memory), 'without the option realloc,'],
    ['a great result without memory', lower('(result (tuple u8 u8))'), 'without the option memory,'],
  ],
  sound: [
    [
      'post-return that takes what the function returns',
      lift('give', '(result u32)', '(post-return (func $libc "free"))'),
    ],
    ['post-return of a function without result', lift('nothing', '', '(post-return (func $libc "nothing"))')],
    ['options that nothing needs', lift('nothing', '', `${memory} ${realloc} string-encoding=utf16`)],
    ['strings lowered with memory alone', lower('(param "a" string)', memory)],
    ['fixed-length lists without memory', lower('(param "a" (list u8 4))')],
  ],
})

describeRules('canonical functions of resources', {
  broken: [
    [
      'resource.new of an imported resource',
      '(component (import "r" (type $r (sub resource))) (core func (canon resource.new $r)))',
      'resource.new is used on a resource of another component',
    ],
    [
      'resource.rep of an imported resource',
      '(component (import "r" (type $r (sub resource))) (core func (canon resource.rep $r)))',
      'resource.rep is used on a resource of another component',
    ],
    [
      'resource.new of what an instance defines',
      `(component
        (component $c (type $r' (resource (rep i32))) (export "r" (type $r')))
        (instance $i (instantiate $c)) (alias export $i "r" (type $r))
        (core func (canon resource.new $r)))`,
      'resource.new is used on a resource of another component',
    ],
    [
      'resource.drop of a record',
      '(component (type $t (record (field "a" u8))) (core func (canon resource.drop $t)))',
      'is no resource but a record',
    ],
    [
      'a destructor of another type',
      `(component (core module $m (func (export "d") (param i64))) (core instance $i (instantiate $m))
        (type (resource (rep i32) (dtor (func $i "d")))))`,
      'the destructor of a resource does not fit',
    ],
    [
      'a destructor that returns something',
      `(component (core module $m (func (export "d") (param i32) (result i32) unreachable)) (core instance $i (instantiate $m))
        (type (resource (rep i32) (dtor (func $i "d")))))`,
      'the destructor of a resource does not fit',
    ],
    [
      'the use of resource.drop as a function that returns something',
      `(component (type $r (resource (rep i32))) (core func $drop (canon resource.drop $r))
        (core module $m (import "h" "drop" (func (param i32) (result i32))))
        (core instance (instantiate $m (with "h" (instance (export "drop" (func $drop)))))))`,
      'it has the type (i32) -> () where (i32) -> (i32) is asked for',
    ],
  ],
  sound: [
    [
      'all three of a resource of its own',
      `(component (type $r (resource (rep i32)))
        (core func (canon resource.new $r)) (core func (canon resource.rep $r)) (core func (canon resource.drop $r)))`,
    ],
    [
      'resource.drop of an imported resource',
      '(component (import "r" (type $r (sub resource))) (core func (canon resource.drop $r)))',
    ],
  ],
})
