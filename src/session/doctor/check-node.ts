import type { Finding } from './finding.js'

/** The oldest version that is tested. */
const oldest = [20, 19, 0] as const

/** What is asked of Node. */
export interface NodeFacts {
  /** `20.19.0` */
  readonly version: string
  readonly hasJspi: boolean
  readonly hasExceptions: boolean
}

/** The Node that runs this. */
export function ownNode(version: string): NodeFacts {
  return {
    version,
    hasJspi: 'Suspending' in WebAssembly,
    hasExceptions: 'Tag' in WebAssembly && 'Exception' in WebAssembly,
  }
}

/** Whether Node is recent enough, and what it has of the features that washi uses where they are there. */
export function checkNode({ version, hasJspi, hasExceptions }: NodeFacts): readonly Finding[] {
  const check = 'node'
  const features = [
    `suspending WebAssembly ${hasJspi ? 'yes' : 'no'}`,
    `exceptions ${hasExceptions ? 'yes' : 'no'}`,
  ].join(', ')
  if (isOlder(version)) {
    const message = `Node.js ${version} is older than ${oldest.join('.')}, the oldest that washi runs on`
    return [{ check, level: 'error', message, fix: 'Install a current one: https://nodejs.org/en/download' }]
  }
  const found: Finding = { check, level: 'ok', message: `Node.js ${version} (${features})` }
  if (hasExceptions) return [found]
  const message = 'This Node.js has no WebAssembly exceptions: components that use them do not start'
  return [
    found,
    { check, level: 'warning', message, fix: 'Install a current one: https://nodejs.org/en/download' },
  ]
}

function isOlder(version: string): boolean {
  const parts = version.split('.').map(Number)
  for (const [index, wanted] of oldest.entries()) {
    const part = parts[index] ?? 0
    if (part !== wanted) return part < wanted
  }
  return false
}
