import type { ConfigProperty, Manifest, ManifestComponent, SecretProperty } from './manifest.js'

/** Lower case, with `_` for everything that is no ASCII letter or digit. */
export function sanitize(text: string): string {
  return [...text.toLowerCase()].map((char) => (/[a-z0-9]/.test(char) ? char : '_')).join('')
}

/** The lattice id of a component or provider: its own `id`, else made of application and component name. */
export function componentIdOf(manifest: Manifest, component: ManifestComponent): string {
  const { id, application } = component.properties
  if (id !== undefined) return id
  if (application) return `${sanitize(application.name)}-${sanitize(application.component)}`
  return `${sanitize(manifest.metadata.name)}-${sanitize(component.name)}`
}

/** The lattice name of a configuration; one without properties is managed elsewhere and keeps its name. */
export function configNameOf(application: string, config: ConfigProperty): string {
  return config.properties ? `${sanitize(application)}-${sanitize(config.name)}` : config.name
}

/** The lattice name of a secret reference. */
export function secretNameOf(application: string, secret: SecretProperty): string {
  return `SECRET_${sanitize(application)}-${sanitize(secret.name)}`
}
