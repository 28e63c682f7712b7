import type { DeployOutcome } from '../../apps/deploy/deploy-applications.js'
import { AppError } from '../../core/errors.js'
import { renderDeployed } from './app.js'

/**
 * The outcomes of deployments as document and text: wash's document for one, a list of these for several. Throws the error of
 * the one that failed, or APP_DEPLOY_FAILED with the reasons of several.
 */
export function finishOutcomes(outcomes: readonly DeployOutcome[]): {
  readonly result: object
  readonly text: string
} {
  const failures = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? outcome : []))
  const [failure] = failures
  if (failure) throw outcomes.length === 1 ? failure.error : toOneError(failures, outcomes.length)
  const deployments = outcomes.flatMap((outcome) => (outcome.kind === 'deployed' ? outcome : []))
  const documents = deployments.map(({ name, version, urls, status }) => ({
    deployed: true,
    model_name: name,
    model_version: version,
    urls,
    status: status.status.type,
  }))
  const [only = {}] = documents
  return {
    result: documents.length === 1 ? only : { applications: documents },
    text: deployments.map(renderDeployed).join('\n'),
  }
}

function toOneError(
  failures: readonly Extract<DeployOutcome, { kind: 'failed' }>[],
  count: number,
): AppError {
  const reasons = failures.map(({ name, error }) => `\n  ${name}: ${error.message}`).join('')
  return new AppError('APP_DEPLOY_FAILED', `${failures.length} of ${count} applications failed:${reasons}`, {
    hint: 'Run: washi app list',
    cause: failures[0]?.error,
  })
}
