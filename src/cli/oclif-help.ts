// See oclif-config.ts.
export { Help } from '@oclif/core/help'
