import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../core/errors.js'
import { parseProject } from './project-file.js'
import type { Project } from './project-file.js'

/** Reads the project of a folder, or of a wasmcloud.toml named by itself. Throws PROJECT_NOT_FOUND. */
export async function readProject(path: string): Promise<Project> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false, // reading it below says what is wrong
  )
  const file = resolve(isFolder ? join(path, 'wasmcloud.toml') : path)
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('PROJECT_NOT_FOUND', `Cannot find a project: there is no ${file}`, {
      hint: 'Run this in the folder of a project, or create one: washi new component hello',
      cause,
    })
  })
  return parseProject({ file, folder: dirname(file), text })
}
