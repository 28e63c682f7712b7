/** The interfaces that wadm 0.21 knows, by namespace and package; others of these namespaces get a warning. */
const knownInterfaces: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  wrpc: {
    blobstore: ['blobstore'],
    keyvalue: ['atomics', 'store'],
    http: ['incoming-handler', 'outgoing-handler'],
  },
  wasi: {
    blobstore: ['blobstore'],
    config: ['runtime'],
    keyvalue: ['atomics', 'store', 'batch', 'watch'],
    http: ['incoming-handler', 'outgoing-handler'],
    logging: ['logging'],
  },
  wasmcloud: {
    messaging: ['consumer', 'handler'],
  },
}

/** Whether a link interface is known, or of a namespace of which nothing is. */
export function isRecognized(namespace: string, packageName: string, interfaceName: string): boolean {
  if (!Object.hasOwn(knownInterfaces, namespace)) return true
  const packages = knownInterfaces[namespace] ?? {}
  return Object.hasOwn(packages, packageName) && (packages[packageName] ?? []).includes(interfaceName)
}
