import type { HostBinding, PreparedComponent } from './prepared-component.js'

/** The generated JavaScript of a component for reading, headed by what its `host` names stand for. */
export function dumpSource({ source, bindings }: PreparedComponent): string {
  const legend = bindings.map((binding, index) => `// host${index}: ${describeBinding(binding)}\n`)
  return `${legend.join('')}${source}`
}

function describeBinding(binding: HostBinding): string {
  const name = binding.kind === 'class' ? `the class of ${binding.resource}` : binding.name
  const standIn =
    binding.kind === 'method' || binding.kind === 'static' ? ' (only where the host lacks it)' : ''
  return `${binding.interface ?? 'the world'} ${name}${standIn}`
}
