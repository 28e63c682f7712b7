import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa, type ResultPromise } from 'execa'
import { freePort, root } from '../../test/support/washi-lattice.js'

export { root }

/** A server under measurement. */
export interface Peer extends AsyncDisposable {
  readonly port: number
}

/** jco as its users have it; installed on first use beside the other caches, since it is 340 MB. */
export async function startJcoServe(component: string): Promise<Peer> {
  const folder = join(root, 'node_modules/.cache/bench/jco-1.35.0')
  const bin = join(folder, 'node_modules/@bytecodealliance/jco/dist/jco.js')
  if (!existsSync(bin)) {
    await mkdir(folder, { recursive: true })
    await execa('npm', [
      'install',
      '--prefix',
      folder,
      '--no-audit',
      '--no-fund',
      '@bytecodealliance/jco@1.35.0',
    ])
  }
  const port = await freePort()
  return startChild(
    process.execPath,
    [bin, 'serve', component, '--port', String(port), '--host', '127.0.0.1'],
    port,
  )
}

/** wasmtime serve, where it is installed. */
export async function startWasmtimeServe(component: string): Promise<Peer | undefined> {
  const found = await execa('wasmtime', ['--version'], { reject: false })
  if (found.failed) return undefined
  const port = await freePort()
  const args = ['serve', '-S', 'cli', '--addr', `127.0.0.1:${port}`, component]
  return startChild('wasmtime', args, port)
}

/** node:http without a guest. */
export async function startPlainServer(): Promise<Peer> {
  const script = join(root, 'bench/support/plain-server.ts')
  const child = execa(process.execPath, ['--import', 'tsx', script], { detached: true })
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())))
    child.catch(reject)
  })
  return peerOf(child, port)
}

async function startChild(command: string, args: readonly string[], port: number): Promise<Peer> {
  const child = execa(command, [...args], { stdio: 'ignore', detached: true })
  const died = child.then(
    () => Promise.reject(new Error(`${command} ended early`)),
    (cause: unknown) => Promise.reject(new Error(`${command} did not start`, { cause })),
  )
  died.catch(() => undefined)
  await Promise.race([died, answering(port)])
  return peerOf(child, port)
}

/** Waits until the port answers a request, for 60 s at most. */
export async function answering(port: number): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const isThere = await fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.ok,
      () => false,
    )
    if (isThere) return
    if (Date.now() > deadline) throw new Error(`port ${port} does not answer`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Ends the child with all that it started: jco serves from a process of its own, which outlives a signal to the first. */
function peerOf(child: ResultPromise, port: number): Peer {
  child.catch(() => undefined)
  return {
    port,
    async [Symbol.asyncDispose]() {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      await child.catch(() => undefined)
    },
  }
}
