// The part of the WebAssembly JavaScript API that washi uses: the types come with lib.dom only, which a program for
// Node.js must not see.
declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the only way to type a global namespace object
  namespace WebAssembly {
    type ExportValue = ((...args: never[]) => unknown) | Memory | Table | Global

    class Module {
      constructor(bytes: Uint8Array)
    }
    class Instance {
      constructor(module: Module, imports?: Readonly<Record<string, unknown>>)
      readonly exports: Readonly<Record<string, ExportValue>>
    }
    class Memory {
      constructor(descriptor: { readonly initial: number; readonly maximum?: number })
      readonly buffer: ArrayBuffer
      grow(pages: number): number
    }
    class Table {
      readonly length: number
      get(index: number): unknown
    }
    class Global {
      value: number | bigint
    }
    function validate(bytes: Uint8Array): boolean
    class CompileError extends Error {}
    class LinkError extends Error {}
    class RuntimeError extends Error {}
  }
}

export {}
