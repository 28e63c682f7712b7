import { relative } from 'node:path'
import type { CreatedProject } from '../../project/create-project.js'
import type { BuildResult } from '../../project/build-project.js'

/** Where the project is, and what to do in it. */
export function renderCreated({ folder }: CreatedProject, cwd: string): string {
  const path = relative(cwd, folder) || '.'
  return [
    `Project generated and is located at: ${folder}`,
    '',
    'Next:',
    `  cd ${path}`,
    '  washi build',
  ].join('\n')
}

/** Where the component is. */
export function renderBuilt({ componentPath }: BuildResult): string {
  return `Component built and can be found at "${componentPath}"`
}
