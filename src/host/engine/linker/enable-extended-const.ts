import { setFlagsFromString } from 'node:v8'

/**
 * Lets V8 of Node 20 compile modules with extended constant expressions (QuickJS and Python guests). To be called by
 * the entry point of a thread or process before its first compile; does nothing where V8 has them by default.
 */
export function enableExtendedConst(): void {
  if (Number(process.versions.v8.split('.')[0]) < 12) setFlagsFromString('--experimental-wasm-extended-const')
}
