// A module of our own between, because a dynamic import of CommonJS finds no named exports in a bundle.
export { Config } from '@oclif/core/config'
