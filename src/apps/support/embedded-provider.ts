/**
 * The name of the provider that a reference of the wasmCloud documentation means: `http-server` for
 * `ghcr.io/wasmcloud/http-server:0.27.0` and for `wasmcloud+builtin://http-server`; undefined for files and for
 * references of other registries.
 */
export function embeddedProviderOf(image: string): string | undefined {
  const builtin = /^wasmcloud\+builtin:\/\/([a-z0-9-]+)$/.exec(image)
  if (builtin) return builtin[1]
  return /^(?:oci:\/\/|https:\/\/)?(?:ghcr\.io\/wasmcloud|wasmcloud\.azurecr\.io)\/([a-z0-9-]+)(?:[:@].+)?$/.exec(
    image,
  )?.[1]
}
