import { defineConfig } from 'vitest/config'

// Tests run the built package (`#washi/*` is dist/*): guest threads, the bus thread and the executable are
// real files, and what is published is what is tested. The global set-up builds first.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-first.ts'],
    pool: 'forks',
    // Most tests wait for processes and messages: two files at a time take half as long, also on two processors.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The gate runs on shared machines: a test may fail once there for want of time, and is then named as retried.
    retry: process.env['CI'] === undefined ? 0 : 1,
    server: { deps: { external: [/\/dist\//] } },
    dangerouslyIgnoreUnhandledErrors: false,
  },
})
