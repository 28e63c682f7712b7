import { boolean } from '@oclif/core/flags'
import { WashiCommand } from '../base-command.js'
import { latticeFlags } from '../flags/lattice-flags.js'

export default class Doctor extends WashiCommand {
  static override summary = 'Look for what keeps washi from working, and say what to do.'
  static override description = `Looks at Node.js, folders, what killed lattices left, the data of the bus, ports, the bus, the hosts and their clocks, and the toolchains of guests. Exits with 1 where a problem is left.`
  static override flags = {
    ...latticeFlags,
    fix: boolean({ summary: 'Mend what can be mended without losing anything.', env: 'WASHI_DOCTOR_FIX' }),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(Doctor)
    const { doctorOptions } = await import('../doctor-options.js')
    const { runDoctor, needsCare } = await import('../../session/doctor/run-doctor.js')
    const { renderDiagnoses, toDiagnosisDocument } = await import('../render/doctor.js')
    const diagnoses = await runDoctor(doctorOptions(flags, flags.fix))
    const problems = diagnoses.filter(needsCare).length
    if (problems > 0) process.exitCode = 1
    const result = { findings: diagnoses.map(toDiagnosisDocument), problems, success: problems === 0 }
    return this.finishRaw(flags.output, result, renderDiagnoses(diagnoses, this.terminal.out))
  }
}
