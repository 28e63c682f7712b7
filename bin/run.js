#!/usr/bin/env node
import * as nodeModule from 'node:module'

// Where Node can keep compiled code (22.8 and later), the second start is faster than the first.
nodeModule.enableCompileCache?.()
const { main } = await import('../dist/bundle/main.js')
process.exitCode = await main(process.argv.slice(2))
