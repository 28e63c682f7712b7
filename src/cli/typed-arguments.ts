/** A piece of a parsed command line, as oclif tells of it. */
interface Piece {
  readonly type: 'arg' | 'flag'
  readonly input: string
}

/**
 * The arguments in the order in which they were typed. oclif's own list moves an argument that stands twice to the front.
 */
export function typedArguments({ raw }: { readonly raw: readonly Piece[] }): readonly string[] {
  return raw.flatMap(({ type, input }) => (type === 'arg' ? [input] : []))
}
