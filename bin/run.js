#!/usr/bin/env node
import * as nodeModule from 'node:module'

// Where Node can keep compiled code (22.8 and later), the second start is faster than the first.
nodeModule.enableCompileCache?.()
const { main } = await import('../dist/bundle/main.js')
process.exitCode = await main(process.argv.slice(2))
leaveSoon()

/**
 * The command has ended, and with it the process, once all is printed. Nothing else may hold it: the NATS client forgets
 * the socket of a server that takes a connection and never greets.
 */
function leaveSoon() {
  const leave = () => {
    if (process.stdout.writableLength + process.stderr.writableLength > 0) leaveSoon()
    else process.exit()
  }
  setTimeout(leave, 100).unref()
}
