import { AppError, messageOf } from '../../../core/errors.js'
import type { Jco } from './load-jco.js'

/** What jco makes of a component: one module of JavaScript and core modules by the names that it asks for. */
export interface Transpiled {
  readonly source: string
  readonly coreModules: Readonly<Record<string, Uint8Array>>
}

/** Transpiles a component for synchronous instantiation. Throws COMPONENT_UNSUPPORTED with the reason of jco. */
export async function transpile(jco: Jco, bytes: Uint8Array): Promise<Transpiled> {
  const options = { name: 'component', instantiation: 'sync', emitTypescriptDeclarations: false } as const
  const { files } = await jco.transpileBytes(bytes, options).catch((cause: unknown) => {
    throw unsupported(`jco cannot transpile the component: ${messageOf(cause)}`, cause)
  })
  const coreModules = Object.fromEntries(Object.entries(files).filter(([name]) => name.endsWith('.wasm')))
  const scripts = Object.entries(files).filter(([name]) => name.endsWith('.js'))
  const [script] = scripts
  if (script === undefined || scripts.length > 1) {
    throw unsupported(`jco made ${scripts.length} files of JavaScript instead of one`)
  }
  return { source: new TextDecoder().decode(script[1]), coreModules }
}

function unsupported(message: string, cause?: unknown): AppError {
  return new AppError('COMPONENT_UNSUPPORTED', message, { hint: 'Start without --engine jco', cause })
}
