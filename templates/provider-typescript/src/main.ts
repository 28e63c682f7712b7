import { runProviderProcess } from 'washi/provider'
import { provider } from './provider.ts'

// What a host starts: it reads from standard input whom it works for, and serves until the host ends it.
void runProviderProcess(provider)
