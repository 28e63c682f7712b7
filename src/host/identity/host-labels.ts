import type { StringMap } from '../../lattice/control/schemas.js'

/** What hostLabels() reads of the machine: `process` fits. */
export interface Machine {
  readonly arch: string
  readonly platform: string
}

const arches: StringMap = { x64: 'x86_64', arm64: 'aarch64', ia32: 'x86' }
const systems: StringMap = { darwin: 'macos', win32: 'windows' }

/** The labels of a host: `hostcore.*` in Rust's names, the user's over them. */
export function hostLabels({ arch, platform }: Machine, labels: StringMap): StringMap {
  return {
    'hostcore.arch': archOf(arch),
    'hostcore.os': systemOf(platform),
    'hostcore.osfamily': platform === 'win32' ? 'windows' : 'unix',
    ...labels,
  }
}

/** The machine as provider archives name it: `x86_64-linux`. */
export function machineTarget({ arch, platform }: Machine): string {
  return `${archOf(arch)}-${systemOf(platform)}`
}

function archOf(arch: string): string {
  return arches[arch] ?? arch
}

function systemOf(platform: string): string {
  return systems[platform] ?? platform
}

/** Whether a label is the host's own, not to be set while it runs. */
export function isReservedLabel(key: string): boolean {
  return key.toLowerCase().startsWith('hostcore.')
}
