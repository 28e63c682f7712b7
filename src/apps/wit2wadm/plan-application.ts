import { parseInterfaceName, unversioned } from '../../wit/interface-name.js'
import type { World } from '../../wit/model.js'
import { accountFor } from './account.js'
import type { Account, LinkNeed, PackageNeed } from './account.js'
import { knownProviders } from './known-providers.js'
import type { KnownConfig, KnownProvider } from './known-providers.js'
import { describeInterfaces } from './planned-application.js'
import { bareLink } from './planned-lines.js'
import type {
  PlannedApplication,
  PlannedComponent,
  PlannedLink,
  PlannedProvider,
  ProviderChoice,
  SourceComponent,
} from './planned-application.js'

/**
 * Decides what serves and calls each component: another of these components where it exports what is imported, else the provider
 * that was chosen for it, else a known one. The same components give the same plan, in the order of writing. Pure.
 */
export function planApplication(
  components: readonly SourceComponent[],
  choices: readonly ProviderChoice[] = [],
): PlannedApplication {
  return new Planner(components, choices).plan()
}

class Planner {
  readonly #components: readonly SourceComponent[]
  readonly #choices: readonly ProviderChoice[]
  readonly #providers = new Map<string, { image: string; links: PlannedLink[] }>()
  readonly #configNames = new Set<string>()
  /** How often a provider calls something already: further links of it need names of their own. */
  readonly #calls = new Map<string, number>()
  readonly #warnings: string[] = []

  constructor(components: readonly SourceComponent[], choices: readonly ProviderChoice[]) {
    this.#components = components
    this.#choices = choices
  }

  plan(): PlannedApplication {
    const components = this.#components.map((component) => this.#planComponent(component))
    const order = knownProviders.map((provider) => this.#nameOf(provider))
    const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
    const providers = [...this.#providers]
      .map(([name, { image, links }]): PlannedProvider => ({ name, image, links }))
      .toSorted((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1))
    return { components, providers, warnings: this.#warnings }
  }

  #planComponent(component: SourceComponent): PlannedComponent {
    const { name, image } = component
    const mine = this.#linksToComponents(component)
    const chosen = this.#linksToChoices(component, mine)
    const done = new Set([...mine, ...chosen].flatMap(fullNames))
    const isCalled = this.#exportsThatAreCalled(component)
    const account = accountFor({
      imports: component.world.imports.filter((item) => !done.has(unversioned(item.name))),
      exports: component.world.exports.filter((item) => !isCalled.has(unversioned(item.name))),
    } as World)
    const served = account.imports.map((need) => this.#linkToProvider(component, need))
    for (const need of account.exports) this.#linkFromProvider(component, need)
    const openLinks = account.unknownImports.map((need) => openLink(need))
    this.#warn(component, account)
    return {
      name,
      image,
      links: [...mine, ...chosen, ...served],
      openLinks,
      notes: notesOf(name, account),
      builtIns: account.builtIns,
    }
  }

  /** One link for each other component that exports something which this one imports. */
  #linksToComponents(component: SourceComponent): readonly PlannedLink[] {
    const taken = new Set<string>()
    return this.#components
      .filter((other) => other !== component)
      .flatMap((other) => {
        const exported = new Set(other.world.exports.map((item) => unversioned(item.name)))
        const shared = importsOf(component).filter((name) => exported.has(name) && !taken.has(name))
        for (const name of shared) taken.add(name)
        return byPackage(shared).map(
          (need): PlannedLink => ({
            ...need,
            target: other.name,
            providerIs: 'neither',
            why: [`It imports ${describeInterfaces(need)}, which "${other.name}" exports.`],
          }),
        )
      })
  }

  #linksToChoices(component: SourceComponent, done: readonly PlannedLink[]): readonly PlannedLink[] {
    const served = new Set(done.flatMap(fullNames))
    return this.#choices.flatMap(({ of, image }) => {
      const wanted = importsOf(component).filter((name) => isOf(name, of) && !served.has(name))
      for (const name of wanted) served.add(name)
      return byPackage(wanted).map((need): PlannedLink => {
        const target = this.#useProvider(freeName(nameOfImage(image), this.#takenNames()), image)
        const why = [`It imports ${describeInterfaces(need)}: --provider ${of} chose what serves it.`]
        return { ...need, target, providerIs: 'target', why }
      })
    })
  }

  #linkToProvider({ name }: SourceComponent, { provider, link, interfaces }: LinkNeed): PlannedLink {
    const target = this.#useProvider(this.#nameOf(provider), provider.image)
    const need = { namespace: link.namespace, package: link.package, interfaces }
    const why = [
      `It imports ${describeInterfaces(need)}: ${kindOf(provider)} serves it.`,
      ...(link.note === undefined ? [] : [link.note]),
    ]
    return { ...need, target, config: this.#configFor(link.config, name), providerIs: 'target', why }
  }

  #linkFromProvider({ name }: SourceComponent, { provider, link, interfaces }: LinkNeed): void {
    const source = this.#useProvider(this.#nameOf(provider), provider.image)
    const count = this.#calls.get(source) ?? 0
    this.#calls.set(source, count + 1)
    const need = { namespace: link.namespace, package: link.package, interfaces }
    const config = this.#configFor(link.config, name)
    this.#providers.get(source)?.links.push({
      ...need,
      // A source has one link of a name and package.
      ...(count === 0 ? {} : { name }),
      target: name,
      config: config && withNextPort(config, count),
      providerIs: 'source',
      why: [`"${name}" exports ${describeInterfaces(need)}: ${kindOf(provider)} calls it.`],
    })
  }

  /** The interfaces of a component that another of these components imports. */
  #exportsThatAreCalled(component: SourceComponent): ReadonlySet<string> {
    const others = this.#components.filter((other) => other !== component)
    return new Set(others.flatMap(importsOf))
  }

  #useProvider(name: string, image: string): string {
    if (!this.#providers.has(name)) this.#providers.set(name, { image, links: [] })
    return name
  }

  /** The name of a known provider in the manifest, which must not be a component's. */
  #nameOf({ name }: KnownProvider): string {
    return freeName(
      name,
      this.#components.map((component) => component.name),
    )
  }

  #takenNames(): readonly string[] {
    return this.#components.map(({ name }) => name)
  }

  /** Configs of one name are one config: the second component gets its own. */
  #configFor(config: KnownConfig | undefined, component: string): KnownConfig | undefined {
    if (!config) return undefined
    const name = this.#configNames.has(config.name) ? `${component}-${config.name}` : config.name
    this.#configNames.add(name)
    return { ...config, name }
  }

  #warn({ name }: SourceComponent, { unknownImports, unknownExports, unlinkable }: Account): void {
    const who = this.#components.length === 1 ? 'The component' : `"${name}"`
    this.#warnings.push(
      ...unlinkable.map(
        (each) => `${who} ${each.role} "${each.name}", which has no package: no link can connect it`,
      ),
      ...unknownImports.map(
        (need) =>
          `No known provider serves ${describeInterfaces(need)}: complete the commented link in the manifest`,
      ),
      ...unknownExports.map(
        (need) => `No known provider calls ${describeInterfaces(need)}: nothing in the manifest uses it`,
      ),
    )
  }
}

function notesOf(name: string, { unknownExports, unlinkable }: Account): readonly string[] {
  return [
    ...unlinkable.map(
      (each) => `It ${each.role} ${each.name}, which has no package: no link can connect it.`,
    ),
    ...unknownExports.flatMap((need) => [
      `It exports ${describeInterfaces(need)}, which no known provider calls. Other components call it by a link to this one:`,
      ...bareLink({ ...need, target: name, providerIs: 'neither', why: [] }).map((line) => `  ${line}`),
    ]),
  ]
}

function openLink(need: PackageNeed): PlannedLink {
  return {
    ...need,
    target: 'TARGET',
    providerIs: 'neither',
    why: [
      `It imports ${describeInterfaces(need)}, which no known provider serves. Name the component or provider that does`,
      'as the target, add it below, and uncomment:',
    ],
  }
}

/** Full names without versions, without what every host has built in. */
function importsOf({ world }: SourceComponent): readonly string[] {
  const { builtIns } = accountFor(world)
  const isBuiltIn = new Set(builtIns.map(({ name }) => unversioned(name)))
  const names = world.imports.map(({ name }) => unversioned(name)).filter((name) => !isBuiltIn.has(name))
  return [...new Set(names)].sort()
}

function byPackage(names: readonly string[]): readonly PackageNeed[] {
  const packages = new Map<string, { namespace: string; package: string; interfaces: string[] }>()
  for (const full of names) {
    const name = parseInterfaceName(full)
    if (!name) continue
    const key = `${name.namespace}:${name.package}`
    const known = packages.get(key) ?? { namespace: name.namespace, package: name.package, interfaces: [] }
    known.interfaces.push(name.interface)
    packages.set(key, known)
  }
  return [...packages.values()]
}

function fullNames({ namespace, package: packageName, interfaces }: PlannedLink): readonly string[] {
  return interfaces.map((name) => `${namespace}:${packageName}/${name}`)
}

function isOf(fullName: string, of: string): boolean {
  return fullName === of || fullName.startsWith(`${of}/`)
}

/** `keyvalue-redis` for `ghcr.io/wasmcloud/keyvalue-redis:0.30.0`. */
function nameOfImage(image: string): string {
  const last =
    image
      .replace(/@sha256:.*$/, '')
      .split('/')
      .at(-1) ?? ''
  return (
    last
      .replace(/(?:\.par)?(?:\.gz)?$/, '')
      .replace(/:.*$/, '')
      .replace(/[^A-Za-z0-9_-]+/g, '-') || 'provider'
  )
}

function freeName(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? `${name}-provider` : name
}

function kindOf({ image }: KnownProvider): string {
  return nameOfImage(image)
}

/** The further links of an http-server listen on the ports behind the first one. */
function withNextPort(config: KnownConfig, count: number): KnownConfig {
  const address = config.properties['address']
  if (count === 0 || address === undefined) return config
  const [host = '', port = '0'] = address.split(':')
  return { ...config, properties: { ...config.properties, address: `${host}:${Number(port) + count}` } }
}
