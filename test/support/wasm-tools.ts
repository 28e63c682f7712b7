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
    componentNew(module: Uint8Array): Uint8Array
    componentEmbed(options: {
      readonly binary?: Uint8Array
      readonly witSource: string
      readonly world: string
      readonly dummy?: boolean
      readonly features: { readonly tag: 'all' }
    }): Uint8Array
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

const allFeatures = { tag: 'all' } as const

/** A component that imports every function of the world of that name, and whose exports do nothing but trap. */
export function dummyComponent(witSource: string, world: string): Uint8Array {
  const { componentNew, componentEmbed } = wasmTools.tools
  return componentNew(componentEmbed({ witSource, world, dummy: true, features: allFeatures }))
}

/** The component of a core module in text form that was written for the world of that name. */
export function componentOf(wat: string, witSource: string, world: string): Uint8Array {
  const { componentNew, componentEmbed } = wasmTools.tools
  return componentNew(componentEmbed({ binary: parseWat(wat), witSource, world, features: allFeatures }))
}
