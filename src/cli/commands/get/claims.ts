import { WashiCommand } from '../../base-command.js'
import { latticeFlags } from '../../flags/lattice-flags.js'

export default class GetClaims extends WashiCommand {
  static override summary = 'List the claims of signed components and providers.'
  static override flags = latticeFlags

  async run(): Promise<object> {
    const { flags } = await this.parse(GetClaims)
    const { withLattice } = await import('../../with-lattice.js')
    const { renderClaims } = await import('../../render/claims.js')
    const claims = await withLattice(flags, ({ control }) => control.getClaims())
    return this.finish(flags.output, { claims }, renderClaims(claims))
  }
}
