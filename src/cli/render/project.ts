import { relative } from 'node:path'
import type { CreatedProject } from '../../project/create-project.js'
import type { BuildResult } from '../../project/build-project.js'

/** Where the project of a component is, and what to do in it. */
export function renderCreated(created: CreatedProject, cwd: string): string {
  return renderNext(created, cwd, ['washi build'])
}

/** Where the project of a provider is, and what to do in it. */
export function renderCreatedProvider(created: CreatedProject, cwd: string): string {
  return renderNext(created, cwd, ['npm install', 'npm run build'])
}

function renderNext({ folder }: CreatedProject, cwd: string, commands: readonly string[]): string {
  const path = relative(cwd, folder) || '.'
  const lines = [`cd ${path}`, ...commands].map((command) => `  ${command}`)
  return [`Project generated and is located at: ${folder}`, '', 'Next:', ...lines].join('\n')
}

/** Where the component is. */
export function renderBuilt({ componentPath }: BuildResult): string {
  return `Component built and can be found at "${componentPath}"`
}
