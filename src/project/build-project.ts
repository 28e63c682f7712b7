import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describeComponent } from '../component/describe-component.js'
import { AppError, messageOf } from '../core/errors.js'
import { findToolError } from './find-tool-error.js'
import type { Project } from './project-file.js'
import { runTool } from './run-tool.js'
import type { ToolOutcome } from './run-tool.js'

/** How to build. */
export interface BuildOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal | undefined
  /** Called as each step begins. */
  onStep(text: string): void
  /** Receives everything that a failed tool printed, before the error is thrown. */
  onToolOutput(output: string): void
}

/** A finished build. */
export interface BuildResult {
  readonly componentPath: string
}

/**
 * Installs the project's dependencies where they are missing, runs its build command, and checks that a component came
 * out of it. Throws BUILD_FAILED with the tool's first error, its file and line.
 */
export async function buildProject(project: Project, options: BuildOptions): Promise<BuildResult> {
  const install = await planInstall(project)
  if (install !== undefined) {
    options.onStep(`Installing dependencies (${install})`)
    await runStep(project, install, options)
  }
  await rm(project.artifact, { force: true }) // what is found afterwards is this build's
  options.onStep(`Building ${project.name} (${project.buildCommand})`)
  await runStep(project, project.buildCommand, options)
  await checkArtifact(project)
  return { componentPath: project.artifact }
}

/** An npm project without node_modules gets them first: from its lock where it has one. */
async function planInstall({ folder, buildCommand }: Project): Promise<string | undefined> {
  if (!/^(npm|npx)\b/.test(buildCommand) || !(await exists(join(folder, 'package.json')))) return undefined
  // npm writes this file last: an interrupted installation lacks it.
  if (await exists(join(folder, 'node_modules', '.package-lock.json'))) return undefined
  const locked = await exists(join(folder, 'package-lock.json'))
  return `npm ${locked ? 'ci' : 'install'} --no-audit --no-fund`
}

async function runStep(
  project: Project,
  command: string,
  { env, signal, onToolOutput }: BuildOptions,
): Promise<void> {
  const outcome = await runTool({ command, folder: project.folder, env, signal })
  if (outcome.exitCode === 0) return
  onToolOutput(outcome.output.trim())
  throw toBuildError(project, command, outcome)
}

function toBuildError({ name, folder }: Project, command: string, outcome: ToolOutcome): AppError {
  const found = findToolError(outcome.output, folder)
  const ending = outcome.signal
    ? `was ended by ${outcome.signal}`
    : `ended with exit code ${outcome.exitCode}`
  return new AppError(
    'BUILD_FAILED',
    `Cannot build "${name}": ${found ? found.message : `"${command}" ${ending}`}`,
    {
      place: found?.place,
      hint: found ? undefined : `Run "${command}" in ${folder} to see it fail alone`,
    },
  )
}

async function checkArtifact({ name, artifact, buildCommand, file }: Project): Promise<void> {
  const bytes = await readFile(artifact).catch((cause: unknown) => {
    throw new AppError(
      'BUILD_FAILED',
      `Cannot build "${name}": "${buildCommand}" succeeded but left no ${artifact}`,
      {
        hint: `Set component.build_artifact in ${file} to the file that the command writes`,
        cause,
      },
    )
  })
  try {
    describeComponent(bytes)
  } catch (cause) {
    throw new AppError(
      'BUILD_FAILED',
      `Cannot build "${name}": ${artifact} is no component: ${messageOf(cause)}`,
      { cause },
    )
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false, // any reason not to see it is the same to us
  )
}
