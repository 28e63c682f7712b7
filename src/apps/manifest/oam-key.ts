const name = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/
const prefixPart = /^[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

/** Whether a label or annotation key is `name` or `prefix/name` as OAM wants it. */
export function isOamKey(key: string): boolean {
  const slash = key.indexOf('/')
  if (slash < 0) return name.test(key)
  const prefix = key.slice(0, slash)
  return (
    name.test(key.slice(slash + 1)) &&
    prefix.length <= 253 &&
    prefix.split('.').every((p) => prefixPart.test(p))
  )
}
