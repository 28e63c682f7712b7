// Entry point of a guest thread.
import { workerData } from 'node:worker_threads'
import { enableExtendedConst } from '../linker/enable-extended-const.js'
import { GuestThread, type GuestThreadData } from './guest-thread.js'

Error.stackTraceLimit = 60
enableExtendedConst()
const data = workerData as GuestThreadData
new GuestThread(data).run()
data.port.close()
