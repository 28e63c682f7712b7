/** What a trie files: a subject, with wildcards perhaps, and a queue group perhaps. */
export interface Filed {
  readonly subject: string
  readonly queue: string | undefined
}

/** What matches a subject: each of `plain`, and one of each group. Never changed once handed out. */
export interface Matches<T> {
  readonly plain: readonly T[]
  readonly groups: readonly (readonly T[])[]
}

class TrieNode<T> {
  literals: Map<string, TrieNode<T>> | undefined
  /** The child for `*`. */
  star: TrieNode<T> | undefined
  /** The child for `>`. */
  rest: TrieNode<T> | undefined
  plain: Set<T> | undefined
  groups: Map<string, Set<T>> | undefined

  get isEmpty(): boolean {
    return !this.plain && !this.groups && !this.literals && !this.star && !this.rest
  }

  child(token: string): TrieNode<T> | undefined {
    return token === '*' ? this.star : token === '>' ? this.rest : this.literals?.get(token)
  }

  makeChild(token: string): TrieNode<T> {
    if (token === '*') return (this.star ??= new TrieNode())
    if (token === '>') return (this.rest ??= new TrieNode())
    const literals = (this.literals ??= new Map<string, TrieNode<T>>())
    const existing = literals.get(token)
    if (existing) return existing
    const created = new TrieNode<T>()
    literals.set(token, created)
    return created
  }

  dropChild(token: string): void {
    if (token === '*') this.star = undefined
    else if (token === '>') this.rest = undefined
    else {
      this.literals?.delete(token)
      if (this.literals?.size === 0) this.literals = undefined
    }
  }
}

const MAX_CACHED = 4096

/** Reply inboxes are used once: kept in the cache, they would wash out what is worth keeping. */
const ONE_SHOT = '_INBOX.'

/** Finds the subscriptions that match a literal subject, by token, with a bounded cache of answers. */
export class SubjectTrie<T extends Filed> {
  readonly #root = new TrieNode<T>()
  readonly #cache = new Map<string, Matches<T>>()
  readonly #nothing: Matches<T> = { plain: [], groups: [] }
  #size = 0

  /** How many are filed. */
  get size(): number {
    return this.#size
  }

  /** Files an item under its subject, which is valid. */
  insert(item: T): void {
    let node = this.#root
    for (const token of item.subject.split('.')) node = node.makeChild(token)
    if (item.queue === undefined) (node.plain ??= new Set()).add(item)
    else groupOf(node, item.queue).add(item)
    this.#size++
    this.#forget(item.subject)
  }

  /** Takes an item out; false where it was not filed. */
  remove(item: T): boolean {
    const tokens = item.subject.split('.')
    const path = this.#pathTo(tokens)
    const node = path?.at(-1)
    if (!path || !node || !removeFrom(node, item)) return false
    for (let depth = tokens.length; depth > 0 && path[depth]?.isEmpty; depth--) {
      path[depth - 1]?.dropChild(tokens[depth - 1] ?? '')
    }
    this.#size--
    this.#forget(item.subject)
    return true
  }

  /** What matches a literal subject; nothing matches one with an empty token. */
  match(subject: string): Matches<T> {
    const cached = this.#cache.get(subject)
    if (cached) return cached
    const plain: T[] = []
    const groups = new Map<string, T[]>()
    if (!hasEmptyToken(subject)) collectMatches(this.#root, { subject, plain, groups }, 0)
    const matches =
      plain.length > 0 || groups.size > 0 ? { plain, groups: [...groups.values()] } : this.#nothing
    if (subject.startsWith(ONE_SHOT)) return matches
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear()
    this.#cache.set(subject, matches)
    return matches
  }

  #pathTo(tokens: readonly string[]): TrieNode<T>[] | undefined {
    let node: TrieNode<T> | undefined = this.#root
    const path = [node]
    for (const token of tokens) {
      node = node.child(token)
      if (!node) return undefined
      path.push(node)
    }
    return path
  }

  #forget(subject: string): void {
    if (this.#cache.size === 0 || subject.startsWith(ONE_SHOT)) return
    if (subject.includes('*') || subject.includes('>')) this.#cache.clear()
    else this.#cache.delete(subject)
  }
}

function groupOf<T>(node: TrieNode<T>, queue: string): Set<T> {
  const groups = (node.groups ??= new Map<string, Set<T>>())
  const group = groups.get(queue) ?? new Set<T>()
  groups.set(queue, group)
  return group
}

function removeFrom<T extends Filed>(node: TrieNode<T>, item: T): boolean {
  if (item.queue === undefined) {
    const removed = node.plain?.delete(item) ?? false
    if (node.plain?.size === 0) node.plain = undefined
    return removed
  }
  const group = node.groups?.get(item.queue)
  const removed = group?.delete(item) ?? false
  if (group?.size === 0) node.groups?.delete(item.queue)
  if (node.groups?.size === 0) node.groups = undefined
  return removed
}

function hasEmptyToken(subject: string): boolean {
  return subject === '' || subject.startsWith('.') || subject.endsWith('.') || subject.includes('..')
}

interface Collection<T> {
  readonly subject: string
  readonly plain: T[]
  readonly groups: Map<string, T[]>
}

function collectMatches<T>(node: TrieNode<T>, into: Collection<T>, position: number): void {
  if (node.rest) collect(node.rest, into)
  const dot = into.subject.indexOf('.', position)
  if (dot < 0) {
    const leaf = node.literals?.get(position === 0 ? into.subject : into.subject.slice(position))
    if (leaf) collect(leaf, into)
    if (node.star) collect(node.star, into)
    return
  }
  const next = node.literals?.get(into.subject.slice(position, dot))
  if (next) collectMatches(next, into, dot + 1)
  if (node.star) collectMatches(node.star, into, dot + 1)
}

function collect<T>(node: TrieNode<T>, { plain, groups }: Collection<T>): void {
  if (node.plain) for (const item of node.plain) plain.push(item)
  if (!node.groups) return
  for (const [queue, members] of node.groups) groups.set(queue, [...(groups.get(queue) ?? []), ...members])
}
