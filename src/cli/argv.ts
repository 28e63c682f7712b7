/** How results are printed. */
export type OutputFormat = 'text' | 'json'

/** The command line as far as it concerns every command. */
export interface CommandLine {
  /** The arguments with leading global flags moved behind the command, where oclif expects them. */
  readonly argv: readonly string[]
  /** As asked for, before flags are validated: errors of parsing are printed in it too. */
  readonly output: OutputFormat
  readonly debug: boolean
}

/** Reads global flags without validating them. */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const lead = countLeadingGlobals(argv)
  const end = argv.indexOf('--')
  const own = end < 0 ? argv : argv.slice(0, end)
  const reordered =
    lead === 0 || lead >= own.length ? argv : moveBehindWords(argv.slice(lead), argv.slice(0, lead))
  return { argv: reordered, output: outputOf(own), debug: own.includes('--debug') }
}

/** The words before the first flag: the command and maybe its arguments. */
export function leadingWords(argv: readonly string[]): string[] {
  const end = argv.findIndex((part) => part.startsWith('-'))
  return [...(end < 0 ? argv : argv.slice(0, end))]
}

function countLeadingGlobals(argv: readonly string[]): number {
  let count = 0
  for (;;) {
    const part = argv[count]
    if (part === undefined) return count
    if (part === '-o' || part === '--output') count += 2
    else if (
      part.startsWith('--output=') ||
      /^-o\w/.test(part) ||
      part === '--debug' ||
      part === '--experimental'
    )
      count += 1
    else return Math.min(count, argv.length)
  }
}

function moveBehindWords(rest: readonly string[], globals: readonly string[]): string[] {
  const words = leadingWords(rest)
  return [...words, ...globals, ...rest.slice(words.length)]
}

function outputOf(argv: readonly string[]): OutputFormat {
  const json = argv.some(
    (part, index) =>
      part === '--output=json' ||
      part === '-ojson' ||
      part === '-o=json' ||
      (part === 'json' && (argv[index - 1] === '-o' || argv[index - 1] === '--output')),
  )
  return json ? 'json' : 'text'
}
