import { AppError, messageOf } from '../../../core/errors.js'
import { rewriteCoreModule } from '../linker/core-module/rewrite-core-module.js'
import { scanCoreModule } from '../linker/core-module/scan-core-module.js'
import type { Transpiled } from './transpile.js'

/** A component that jco has transpiled, compiled: plain data and modules, which may be posted. */
export interface JcoComponent {
  /** Module of JavaScript that exports `instantiate`. */
  readonly source: string
  readonly modules: Readonly<Record<string, WebAssembly.Module>>
}

/** Compiles the core modules, their memories limited. Throws COMPONENT_INVALID, COMPONENT_MEMORY_TOO_LARGE. */
export function compileWithJco({ source, coreModules }: Transpiled, maxMemoryPages: number): JcoComponent {
  const modules: Record<string, WebAssembly.Module> = {}
  for (const [name, bytes] of Object.entries(coreModules))
    modules[name] = compile(name, bytes, maxMemoryPages)
  return { source, modules }
}

function compile(name: string, bytes: Uint8Array, maxMemoryPages: number): WebAssembly.Module {
  const scan = scanCoreModule(bytes, { start: 0, end: bytes.length })
  const rewritten = rewriteCoreModule(bytes, scan, { maxMemoryPages, exposeState: false })
  try {
    return new WebAssembly.Module(rewritten.bytes)
  } catch (cause) {
    throw new AppError('COMPONENT_INVALID', `Cannot compile "${name}" of jco: ${messageOf(cause)}`, { cause })
  }
}
