import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SubjectTrie, type Filed } from '#washi/bus/broker/subject-trie.js'
import { subjectMatches } from '#washi/bus/subject/subject-pattern.js'

const token = fc.constantFrom('a', 'b', 'c', '_INBOX')
const literal = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'))
const pattern = fc
  .tuple(fc.array(fc.oneof(token, fc.constant('*')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([tokens, open]) => (open ? [...tokens, '>'] : tokens).join('.'))

describe('SubjectTrie', () => {
  it('matches tokens, `*` for one and `>` for one or more', () => {
    const trie = new SubjectTrie<Filed>()
    for (const subject of ['a.b', 'a.*', 'a.>', '>', '*.*', 'a', 'a.b.c'])
      trie.insert({ subject, queue: undefined })
    const matched = trie.match('a.b').plain.map(({ subject }) => subject)
    expect(matched.sort()).toEqual(['*.*', '>', 'a.*', 'a.>', 'a.b'])
    expect(trie.match('a').plain.map(({ subject }) => subject)).toEqual(['>', 'a'])
  })

  it('puts members of one queue group together, whatever subjects they match by', () => {
    const trie = new SubjectTrie<Filed>()
    for (const subject of ['a.b', 'a.*', 'a.>']) trie.insert({ subject, queue: 'q' })
    trie.insert({ subject: 'a.b', queue: 'other' })
    expect(
      trie
        .match('a.b')
        .groups.map((group) => group.length)
        .sort(),
    ).toEqual([1, 3])
  })

  it('answers as a comparison with each filed subject would, through any changes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(pattern, fc.boolean(), literal), { maxLength: 60 }), (steps) => {
        const trie = new SubjectTrie<Filed>()
        const filed: Filed[] = []
        for (const [subject, remove, probe] of steps) {
          const victim = remove ? filed.pop() : undefined
          if (victim) expect(trie.remove(victim)).toBe(true)
          else {
            const item = { subject, queue: undefined }
            filed.push(item)
            trie.insert(item)
          }
          const expected = filed.filter((item) => subjectMatches(item.subject, probe))
          expect(new Set(trie.match(probe).plain)).toEqual(new Set(expected))
          expect(trie.match(probe).plain).toHaveLength(expected.length)
        }
        for (const item of filed) trie.remove(item)
        expect(trie.size).toBe(0)
        expect(trie.match('a.b').plain).toEqual([])
      }),
    )
  })

  it('does not remove what it does not hold', () => {
    const trie = new SubjectTrie<Filed>()
    trie.insert({ subject: 'a.b', queue: undefined })
    for (const subject of ['a.b', 'a', 'a.b.c', 'x'])
      expect(trie.remove({ subject, queue: undefined })).toBe(false)
    expect(trie.remove({ subject: 'a.b', queue: 'q' })).toBe(false)
    expect(trie.size).toBe(1)
  })
})
