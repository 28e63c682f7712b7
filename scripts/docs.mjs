// Writes docs/reference/commands.md from the commands themselves (oclif.manifest.json, which the build makes).
// With --check it writes nothing, and fails where the page is not what it would write.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const page = fileURLToPath(new URL('docs/reference/commands.md', root))

const { commands } = JSON.parse(readFileSync(new URL('oclif.manifest.json', root), 'utf8'))
const text = render(
  Object.values(commands).filter((command) => command.pluginName === 'washi' && !command.hidden),
)
if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/reference/commands.md is out of date: run "npm run docs"')
  process.exit(1)
}

function render(all) {
  const sorted = all.sort((a, b) => (a.id < b.id ? -1 : 1))
  const global = Object.values(sorted[0].flags).filter(({ helpGroup }) => helpGroup === 'GLOBAL')
  return (
    [
      '# Commands',
      'Generated from the commands by `npm run docs`.',
      `Every command takes these:\n\n${flagTable(global)}`,
      ...sorted.map(renderCommand),
    ].join('\n\n') + '\n'
  )
}

function renderCommand({ id, summary, description, args, flags, aliases, examples = [] }) {
  const own = Object.values(flags).filter(({ helpGroup, hidden }) => helpGroup !== 'GLOBAL' && !hidden)
  const usage = [
    'washi',
    ...id.split(':'),
    ...Object.values(args).map(({ name, required }) =>
      required ? name.toUpperCase() : `[${name.toUpperCase()}]`,
    ),
  ]
  return [
    `## washi ${id.replaceAll(':', ' ')}`,
    `\`${usage.join(' ')}\``,
    sentence(summary),
    description,
    aliases.length > 0
      ? `Also: ${aliases.map((alias) => `\`washi ${alias.replaceAll(':', ' ')}\``).join(', ')}.`
      : undefined,
    Object.keys(args).length > 0 ? argTable(Object.values(args)) : undefined,
    own.length > 0 ? flagTable(own) : undefined,
    examples.length > 0
      ? ['```sh', ...examples.map((example) => exampleText(example, id)), '```'].join('\n')
      : undefined,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join('\n\n')
}

function exampleText(example, id) {
  const command = typeof example === 'string' ? example : example.command
  return command
    .replaceAll('<%= config.bin %>', 'washi')
    .replaceAll('<%= command.id %>', id.replaceAll(':', ' '))
}

function argTable(args) {
  return [
    '| argument | |',
    '|---|---|',
    ...args.map(({ name, description = '' }) => `| ${name.toUpperCase()} | ${cell(description)} |`),
  ].join('\n')
}

function flagTable(flags) {
  return ['| flag | | environment |', '|---|---|---|', ...flags.map(flagRow)].join('\n')
}

function flagRow({ name, char, summary, description, env, options, type, default: fallback, aliases = [] }) {
  const value = type === 'boolean' ? '' : ` ${options ? options.join('\\|') : 'VALUE'}`
  const names = [char ? `-${char}` : undefined, `--${name}`, ...aliases.map((alias) => `--${alias}`)].filter(
    Boolean,
  )
  const isDefaultShown = fallback !== undefined && fallback !== false
  const about = cell(summary ?? description ?? '') + (isDefaultShown ? ` Default: ${fallback}.` : '')
  return `| ${names.map((each) => `\`${each}\``).join(', ')}${value} | ${about} | ${env ? `\`${env}\`` : ''} |`
}

function sentence(text = '') {
  return text === '' || text.endsWith('.') ? text : `${text}.`
}

function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
