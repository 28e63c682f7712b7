import { spawn } from 'node:child_process'
import { AppError } from '../../core/errors.js'
import {
  chosenDefault,
  createContext,
  findContextFile,
  initialContext,
  readContext,
  type ContextFolders,
} from './context-folders.js'

/** Which context, and with what. */
export interface EditOptions {
  /** Without one: the default. */
  readonly name: string | undefined
  /** A command, with arguments where it has some; the file is added to it. */
  readonly editor: string
}

/**
 * Opens a context in an editor, waits until that ends and reads the file. Returns the file. Throws CONTEXT_NOT_FOUND,
 * EDITOR_FAILED, or CONTEXT_INVALID for what the editor left behind.
 */
export async function editContext(folders: ContextFolders, options: EditOptions): Promise<string> {
  const name = options.name ?? (await chosenDefault(folders)) ?? initialContext
  const file = await fileToEdit(folders, name)
  await runEditor(options.editor, file)
  await readContext(folders, name)
  return file
}

/** The initial context needs no file until somebody changes it. */
async function fileToEdit(folders: ContextFolders, name: string): Promise<string> {
  const file = await findContextFile(folders, name)
  if (file !== undefined) return file
  if (name === initialContext) return await createContext(folders, name)
  await readContext(folders, name) // throws, with the list of contexts
  return name
}

async function runEditor(editor: string, file: string): Promise<void> {
  const [command = '', ...args] = editor.split(/\s+/).filter(Boolean)
  const reason = await new Promise<string | undefined>((resolve) => {
    const child = spawn(command, [...args, file], { stdio: 'inherit' })
    child.on('error', (cause) => resolve(cause.message))
    child.on('exit', (code, signal) =>
      resolve(code === 0 ? undefined : `it ended with ${signal ?? String(code)}`),
    )
  })
  if (reason === undefined) return
  throw new AppError('EDITOR_FAILED', `Cannot edit ${file} with "${editor}": ${reason}`, {
    hint: 'Name another editor: --editor COMMAND',
  })
}
