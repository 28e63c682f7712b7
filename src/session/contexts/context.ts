import { z } from 'zod'

const text = z.string().nullish()

/**
 * A context: where a lattice is and how to get in, in the file format of wash. Fields that washi does not know are kept
 * by whoever edits the file, and ignored here.
 */
export const contextSchema = z.object({
  name: z.string().default(''),
  ctl_host: z.string().default('127.0.0.1'),
  ctl_port: z.number().int().min(1).max(65535).default(4222),
  ctl_jwt: text,
  ctl_seed: text,
  ctl_credsfile: text,
  ctl_timeout: z.number().int().min(1).default(2000),
  ctl_tls_ca_file: text,
  ctl_tls_first: z.boolean().nullish(),
  lattice: z.string().optional(),
  lattice_prefix: z.string().optional(),
  js_domain: text,
})

/** A context as read. */
export type Context = z.infer<typeof contextSchema>

/** The name of the lattice that a context means. */
export function latticeOf({ lattice, lattice_prefix }: Context): string {
  return lattice ?? lattice_prefix ?? 'default'
}

/** What a new context file holds, with every field that wash knows. */
export function newContext(name: string): Readonly<Record<string, unknown>> {
  return {
    name,
    cluster_seed: '',
    ctl_host: '127.0.0.1',
    ctl_port: 4222,
    ctl_jwt: null,
    ctl_seed: null,
    ctl_credsfile: null,
    ctl_timeout: 2000,
    ctl_tls_ca_file: null,
    ctl_tls_first: null,
    lattice: 'default',
    js_domain: null,
    rpc_host: '127.0.0.1',
    rpc_port: 4222,
    rpc_jwt: null,
    rpc_seed: null,
    rpc_credsfile: null,
    rpc_timeout: 2000,
    rpc_tls_ca_file: null,
    rpc_tls_first: null,
  }
}
