/**
 * The parts of wasm-tools that come with jco-transpile: an independent implementation to write test components with
 * and to compare with. Its package does not export them, so they are imported by their file.
 */
interface WasmTools {
  readonly $init: Promise<void>
  readonly tools: {
    parse(text: string): Uint8Array
    print(bytes: Uint8Array): string
    componentWit(bytes: Uint8Array): string
  }
}

const file = new URL(
  '../../node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.js',
  import.meta.url,
)
const wasmTools = (await import(file.href)) as WasmTools
await wasmTools.$init

/** The binary of a component or module in text form; it is not validated. */
export function parseWat(text: string): Uint8Array {
  return wasmTools.tools.parse(text)
}

/** The text form of a component or module. */
export function printWat(bytes: Uint8Array): string {
  return wasmTools.tools.print(bytes)
}

/** The WIT of a component, or undefined where wasm-tools finds it invalid. */
export function witOf(bytes: Uint8Array): string | undefined {
  try {
    return wasmTools.tools.componentWit(bytes)
  } catch {
    return undefined
  }
}
