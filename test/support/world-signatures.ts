import type { ValueType, World, WorldItem } from '#washi/wit/model.js'

/** Each function of a world's interfaces, in the form of signaturesOfWit(). */
export function signaturesOfWorld(world: World): string[] {
  const all = (role: string, items: readonly WorldItem[]): string[] =>
    items.flatMap((item) => {
      if (item.kind === 'function')
        return `${role} ${signature(item.name, item.function.params, item.function.result)}`
      return item.functions.map(
        (func) => `${role} ${item.name} ${signature(func.name, func.params, func.result)}`,
      )
    })
  return [...all('import', world.imports), ...all('export', world.exports)]
}

function signature(
  name: string,
  params: readonly { readonly name: string; readonly type: ValueType }[],
  result: ValueType | undefined,
): string {
  const shown = params.map((param) => `${param.name}: ${expand(param.type)}`)
  return `${name}(${shown.join(', ')})${result ? ` -> ${expand(result)}` : ''}`
}

function expand(type: ValueType): string {
  switch (type.kind) {
    case 'record':
      return `record{${type.fields.map((field) => `${field.name}: ${expand(field.type)}`).join(', ')}}`
    case 'variant':
      return `variant{${type.cases.map((each) => (each.type ? `${each.name}(${expand(each.type)})` : each.name)).join(', ')}}`
    case 'flags':
    case 'enum':
      return `${type.kind}{${type.names.join(', ')}}`
    case 'list':
    case 'option':
      return `${type.kind}<${expand(type.element)}>`
    case 'tuple':
      return `tuple<${type.elements.map(expand).join(', ')}>`
    case 'result':
      return `result<${type.ok ? expand(type.ok) : '_'}, ${type.err ? expand(type.err) : '_'}>`
    case 'own':
    case 'borrow':
      return `${type.kind}(${type.resource.interface ?? ''}.${type.resource.name})`
    default:
      return type.kind
  }
}
