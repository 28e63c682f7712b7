import { ownNode } from '../session/doctor/check-node.js'
import type { DoctorOptions } from '../session/doctor/run-doctor.js'
import { ownKeyFolder } from '../session/user-folders.js'
import { directorySources } from './directory-sources.js'
import type { LatticeFlags } from './flags/lattice-flags.js'
import { ownDirectories } from './own-session-files.js'
import { connectAsTold } from './with-lattice.js'

/** What `doctor` looks at in this process's surroundings. */
export function doctorOptions(flags: LatticeFlags, isFixing: boolean): DoctorOptions {
  const { env } = process
  const natsPort = Number(env['WASMCLOUD_NATS_PORT'] ?? 4222)
  return {
    folders: ownDirectories(),
    keyFolder: ownKeyFolder(directorySources()),
    node: ownNode(process.versions.node),
    ports: [
      {
        ...{ port: natsPort, use: 'the bus of "washi up"', isNeeded: true, mayBeNats: true },
        otherwise: 'Take another one: washi up --nats-port 0',
      },
      {
        ...{ port: 8000, use: 'http-servers that name no other one', isNeeded: false, mayBeNats: false },
        otherwise: 'Set "address" in the source config of the link',
      },
    ],
    env,
    connect: () => connectAsTold(flags),
    now: () => Date.now(),
    isFixing,
  }
}
