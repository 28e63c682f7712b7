import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pid } from 'node:process'
import { z } from 'zod'
import type { HostRoll } from '../lattice/control/host-roll.js'
import { hostIdSchema } from '../lattice/ids.js'
import type { HostId } from '../lattice/ids.js'

const schema = z.array(hostIdSchema)

/**
 * The roll of a lattice in a file of that folder, so that a command waits for the hosts that the last one saw.
 * A file that cannot be read or written costs a command some patience and nothing else.
 */
export function createFileRoll(
  folder: string,
  { url, lattice }: { readonly url: string; readonly lattice: string },
): HostRoll {
  const name = createHash('sha256').update(`${lattice}@${url}`).digest('hex').slice(0, 16)
  const file = join(folder, `${name}.json`)
  return {
    known: async () => {
      const text = await readFile(file, 'utf8').catch(() => '[]') // nobody has looked yet
      return new Set(parse(text))
    },
    replace: async (hosts) => {
      const draft = `${file}.${pid}.new`
      try {
        await mkdir(folder, { recursive: true })
        await writeFile(draft, JSON.stringify(hosts), { mode: 0o600 })
        await rename(draft, file)
      } catch {
        await rm(draft, { force: true }).catch(() => undefined) // the next command looks for itself
      }
    },
  }
}

/** Adds the hosts of a session that has started; a bus of its own had no others before. */
export async function enroll(
  roll: HostRoll,
  { hosts, ownsBus }: { readonly hosts: readonly HostId[]; readonly ownsBus: boolean },
): Promise<void> {
  const others = ownsBus ? [] : [...(await roll.known())]
  await roll.replace([...new Set([...others, ...hosts])])
}

/** Takes off hosts that have stopped, for nobody to wait for them. */
export async function strikeOff(roll: HostRoll, hosts: readonly HostId[]): Promise<void> {
  const stopped = new Set(hosts)
  await roll.replace([...(await roll.known())].filter((id) => !stopped.has(id)))
}

function parse(text: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return [] // torn or foreign
  }
}
