import { string } from '@oclif/core/flags'
import { WashiCommand } from '../base-command.js'
import { renderBuilt } from '../render/project.js'

export default class Build extends WashiCommand {
  static override summary = 'Build the component of a project.'
  static override description =
    'Runs the build command of wasmcloud.toml, after installing missing npm dependencies, and checks that a component came out.'
  static override flags = {
    'config-path': string({
      char: 'p',
      summary: 'The project: its folder, or its wasmcloud.toml.',
      default: '.',
      env: 'WASHI_PROJECT',
    }),
  }

  async run(): Promise<{ component_path: string; built: true; signed: false }> {
    const { flags } = await this.parse(Build)
    const { readProject } = await import('../../project/read-project.js')
    const { buildProject } = await import('../../project/build-project.js')
    const project = await readProject(flags['config-path'])
    const progress = this.terminal.createProgress()
    try {
      const built = await buildProject(project, {
        env: process.env,
        signal: this.interruption,
        onStep: (text) => progress.step(text),
        onToolOutput: (output) => progress.note(output),
      })
      progress.done()
      const result = { component_path: built.componentPath, built: true, signed: false } as const
      return this.finish(flags.output, result, renderBuilt(built))
    } finally {
      progress.fail()
    }
  }
}
