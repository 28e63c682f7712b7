import { stat } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import type { DeploySource } from '../apps/deploy/deploy-application.js'
import { AppError } from '../core/errors.js'

/** What the argument of `app deploy` means: standard input, a file that is there or looks like one, or a stored name. */
export async function readDeploySource(argument: string, version: string | undefined): Promise<DeploySource> {
  if (argument === '-') {
    return { kind: 'text', text: await readAll(process.stdin), label: '<stdin>', folder: process.cwd() }
  }
  if (/^https?:\/\//.test(argument)) {
    throw new AppError('USAGE_INVALID', `Cannot deploy from a URL yet: ${argument}`, {
      hint: `Fetch it yourself: curl -fsSL ${argument} | washi app deploy -`,
    })
  }
  if (await isFileOrLooksLikeOne(argument)) return { kind: 'file', path: argument }
  return { kind: 'stored', name: argument, version }
}

async function isFileOrLooksLikeOne(argument: string): Promise<boolean> {
  if (/[\\/]|\.(ya?ml|json)$/.test(argument)) return true
  return await stat(argument).then(
    (found) => found.isFile(),
    () => false, // then it is a name
  )
}
