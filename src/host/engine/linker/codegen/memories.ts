import type { CanonOptions } from '../../../../component/resolve/program.js'
import { AppError } from '../../../../core/errors.js'
import { functionName, itemName, type CoreSignature } from './core-items.js'
import type { Program } from './program.js'

/** The variables through which a memory is read and written. */
export interface MemoryNames {
  readonly bytes: string
  readonly view: string
  /** The statement that renews both where the memory has grown, which leaves the old ones empty. */
  readonly refresh: string
}

/** The memory of a lift or lower. Views are made when they are first needed, and again after the memory has grown. */
export function memoryOf(program: Program, { memory }: CanonOptions): MemoryNames {
  if (!memory) throw lacking('a memory')
  const item = itemName(program, memory)
  const bytes = program.once('bytes', item, (name) => {
    const { view, refresh } = namesBeside(name)
    program.declare(`let ${name} = $noBytes, ${view} = $noView`)
    program.define(
      refresh,
      `() => {\n  const { buffer } = ${item}\n  ${name} = new Uint8Array(buffer)\n  ${view} = new DataView(buffer)\n}`,
    )
  })
  const { view, refresh } = namesBeside(bytes)
  return { bytes, view, refresh: `if (${bytes}.length === 0) ${refresh}()` }
}

function namesBeside(bytes: string): { readonly view: string; readonly refresh: string } {
  const number = bytes.slice('bytes'.length)
  return { view: `view${number}`, refresh: `refresh${number}` }
}

/** The variable that says whether a component instance may be entered (0) and, if not, left (1) or not (2). */
export function stateOf(program: Program, component: number): string {
  // 1 until everything is instantiated: start functions may call imports, and nobody may call in.
  return program.once('state', component, (name) => program.declare(`let ${name} = 1`))
}

/**
 * The variable that is not 0 while the host is in any of the component's instances, or a trap has ended them: the host
 * may not enter one while another runs.
 */
export function runningOf(program: Program): string {
  return program.once('running', program, (name) => program.declare(`let ${name} = 1`))
}

/** The function that allocates memory in the guest: (size, alignment) => pointer. */
export function allocatorOf(program: Program, options: CanonOptions): string {
  const { bytes, refresh } = memoryOf(program, options)
  if (!options.realloc) throw lacking('a realloc function')
  const realloc = functionName(program, options.realloc, reallocSignature)
  const state = stateOf(program, options.component)
  return program.once('allocate', `${realloc} ${bytes} ${state}`, (name) =>
    program.define(
      name,
      [
        '(size, alignment) => {',
        `  ${state} = 2`,
        `  const pointer = ${realloc}(0, 0, alignment, size) >>> 0`,
        `  ${state} = 1`,
        `  ${refresh}`,
        `  if ((pointer & (alignment - 1)) !== 0 || pointer + size > ${bytes}.length) $badPointer()`,
        '  return pointer',
        '}',
      ].join('\n'),
    ),
  )
}

const reallocSignature: CoreSignature = {
  what: 'a realloc function',
  params: ['i32', 'i32', 'i32', 'i32'],
  results: ['i32'],
}

/** The handle table of a component instance. */
export function handlesOf(program: Program, component: number): string {
  return program.once('handles', component, (name) => program.declare(`const ${name} = new $HandleTable()`))
}

function lacking(what: string): AppError {
  return new AppError('COMPONENT_INVALID', `Cannot link component: a function lacks ${what} for its values`)
}
