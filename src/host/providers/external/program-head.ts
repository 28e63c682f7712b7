/** What the first bytes of a file tell of it. */
export type ProgramHead =
  | { readonly kind: 'script' | 'wasm' | 'unknown' }
  | { readonly kind: 'program'; readonly system: string; readonly runsOn: (target: string) => boolean }

/** Machines of ELF files as provider archives name them. */
const elfMachines: Readonly<Record<number, string>> = {
  3: 'x86',
  62: 'x86_64',
  183: 'aarch64',
  243: 'riscv64',
}
const machO = ['cffaedfe', 'cefaedfe', 'cafebabe']

/** Tells programs by their format, and of ELF files the machine. */
export function readProgramHead(head: Uint8Array): ProgramHead {
  const bytes = Buffer.from(head)
  const magic = bytes.subarray(0, 4)
  if (magic.toString('latin1').startsWith('#!')) return { kind: 'script' }
  if (magic.toString('latin1') === '\0asm') return { kind: 'wasm' }
  if (magic.toString('hex') === '7f454c46') return elfProgram(bytes)
  if (machO.includes(magic.toString('hex'))) {
    return { kind: 'program', system: 'macOS', runsOn: (target) => target.endsWith('-macos') }
  }
  if (magic.toString('latin1').startsWith('MZ')) {
    return { kind: 'program', system: 'Windows', runsOn: (target) => target.endsWith('-windows') }
  }
  return { kind: 'unknown' }
}

function elfProgram(bytes: Buffer): ProgramHead {
  const isBigEndian = bytes[5] === 2
  const machine = bytes.length < 20 ? 0 : isBigEndian ? bytes.readUInt16BE(18) : bytes.readUInt16LE(18)
  const arch = elfMachines[machine]
  return {
    kind: 'program',
    system: `${arch ?? 'another machine'}-linux`,
    // Other systems have ELF files too; of a machine that nobody here knows the system decides.
    runsOn: (target) =>
      !/-(macos|windows)$/.test(target) && (arch === undefined || target.startsWith(`${arch}-`)),
  }
}
