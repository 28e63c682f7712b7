/** The value of a secret. Never logged, shown or kept longer than it is needed. */
export type SecretValue =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }

/** Secrets by the names under which their user has them. */
export type SecretValues = Readonly<Record<string, SecretValue>>

/** Whether both hold the same under the same names. */
export function sameSecrets(a: SecretValues, b: SecretValues): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => sameSecret(a[name], b[name]))
}

function sameSecret(a: SecretValue | undefined, b: SecretValue | undefined): boolean {
  return a?.kind === b?.kind && Buffer.from(a?.value ?? '').equals(Buffer.from(b?.value ?? ''))
}
