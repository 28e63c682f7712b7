import type { CreatedProject } from '../project/create-project.js'
import { askProjectName, askTemplateName } from './ask-new.js'
import type { Asking } from './ask-new.js'

/** Creates a project in this folder, and asks for what the command line leaves out. Throws as createProject(). */
export async function createAskedProject(
  asking: Asking,
  given: { readonly name: string | undefined; readonly templateName: string | undefined },
): Promise<CreatedProject> {
  const { createProject } = await import('../project/create-project.js')
  return await createProject({
    kind: asking.kind,
    name: given.name ?? (await askProjectName(asking)),
    templateName: given.templateName ?? (await askTemplateName(asking)),
    parentFolder: process.cwd(),
  })
}
