import { string as stringArg } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { WashiCommand } from '../../base-command.js'
import { manifestFlags, manifestVariables } from '../../flags/manifest-flags.js'
import { typedArguments } from '../../typed-arguments.js'

export default class AppValidate extends WashiCommand {
  static override summary = 'Judge manifests as wadm does, and say what else would not work.'
  static override description =
    'Errors and warnings are those of wadm, and errors alone make a manifest invalid (exit code 2). Advice is of washi: it reads the files of the components, and never changes the verdict. Nothing is sent.'
  static override strict = false
  static override args = {
    application: stringArg({
      required: true,
      description: 'Manifests: files, patterns of files, URLs, "-".',
    }),
  }
  static override flags = {
    ...manifestFlags,
    'check-image-refs': boolean({ summary: 'Make images that cannot be loaded errors.' }),
    advice: boolean({ summary: 'Give advice beside the verdict.', default: true, allowNo: true }),
  }

  async run(): Promise<object> {
    const { flags, raw } = await this.parse(AppValidate)
    const { judgeManifests } = await import('../../../apps/examine/judge-manifest.js')
    const { renderJudgements, toJudgementDocument } = await import('../../render/judgement.js')
    const { readManifestSources } = await import('../../app-sources.js')
    const judgements = await judgeManifests(await readManifestSources(typedArguments({ raw })), {
      variables: manifestVariables(flags),
      checkImages: flags['check-image-refs'],
      advises: flags.advice,
    })
    if (judgements.some(({ isValid }) => !isValid)) process.exitCode = 2
    return this.finish(
      flags.output,
      toJudgementDocument(judgements),
      renderJudgements(judgements, { palette: this.terminal.out, cwd: process.cwd() }),
    )
  }
}
