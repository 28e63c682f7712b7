import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildJavaScriptGuest } from '../../test/support/javascript-guest.js'
import { root } from './peers.js'

/**
 * A StarlingMonkey hello, built once and then cached. It exports its handler, because an instance that answers fetch
 * events answers one only, and could not be measured with instances that are reused.
 */
export async function buildHelloGuest(): Promise<Uint8Array> {
  const read = (name: string): Promise<string> =>
    readFile(join(root, 'test/fixtures/javascript', name), 'utf8')
  return buildJavaScriptGuest(await read('handler.js'), await read('handler.wit'))
}
