/** The operations on applications, as the last but one part of their subject. */
export type ModelOperation =
  | 'put'
  | 'get'
  | 'list'
  | 'versions'
  | 'history'
  | 'status'
  | 'deploy'
  | 'undeploy'
  | 'del'

/** The queue group in which every manager answers. */
export const managerQueue = 'wadm_server'

/** Where requests of a lattice arrive. */
export function apiSubjects(lattice: string): string {
  return `wadm.api.${lattice}.>`
}

/** The subject of an operation, on one application where it takes one. */
export function modelSubject(lattice: string, operation: ModelOperation, name?: string): string {
  return `wadm.api.${lattice}.model.${operation}${name === undefined ? '' : `.${name}`}`
}

/** Where the status of an application is published when it changes. */
export function statusSubject(lattice: string, name: string): string {
  return `wadm.status.${lattice}.${name}`
}

/** Where the manager says that an application was deployed or undeployed. */
export function managerEventSubject(
  lattice: string,
  event: 'manifest_published' | 'manifest_unpublished',
): string {
  return `wadm.evt.${lattice}.${event}`
}

/** What a subject asks for. */
export type ParsedSubject =
  | { readonly kind: 'operation'; readonly operation: string; readonly name: string | undefined }
  | { readonly kind: 'invalid'; readonly reason: string }

/** Takes the subject of a request apart, with the refusals of wadm. */
export function parseSubject(subject: string): ParsedSubject {
  const [, , , category, operation, name, ...rest] = subject.split('.')
  if (category === undefined || operation === undefined) {
    return {
      kind: 'invalid',
      reason: `Invalid subject: Subject is missing a category or an operation: ${subject}`,
    }
  }
  if (rest.length > 0) {
    const reason = 'Found extra components of subject, ensure your manifest name does not contain a dot'
    return { kind: 'invalid', reason: `Invalid subject: ${reason}: ${subject}` }
  }
  if (category !== 'model') return { kind: 'invalid', reason: `Unsupported subject: ${subject}` }
  return { kind: 'operation', operation, name }
}
