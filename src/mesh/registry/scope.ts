/** Which services and routes the proxy of a pod knows: exportTo and the egress of its Sidecar resource. */
import { inNamespace } from "../by-namespace.ts";
import { rememberedFrom } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import type { Sidecar, SidecarListener, VirtualService } from "../resources/istio.ts";
import type { Labels } from "../resources/meta.ts";
import { fullHost, isSubsetOf, isWildcard, overlaps } from "./host.ts";
import {
  EXPORT_TO,
  fromService,
  isKubernetes,
  type RegistryPort,
  type RegistryService,
  registryServices,
  servicesNamed,
} from "./service.ts";
import { sidecarFor } from "./sidecar-resource.ts";
import { isExportedTo } from "./visibility.ts";

export interface Scope {
  /** By host, those that the proxy has clusters for. A service holds the ports that it knows, which are not always all. */
  readonly services: ReadonlyMap<string, RegistryService>;
  /** Those of them that it also listens for: destinations of routes only have clusters. */
  readonly listened: ReadonlyMap<string, RegistryService>;
  readonly virtualServices: readonly VirtualService[];
  readonly outboundTrafficPolicy: "ALLOW_ANY" | "REGISTRY_ONLY";
}

/** A pod whose proxy asks. */
export interface ProxiedPod {
  readonly proxy: "sidecar" | "gateway";
  readonly namespace: string;
  readonly labels: Labels;
}

const EVERYTHING: SidecarListener = { at: "", hosts: ["*/*"] };

const scopes = rememberedFrom<Mesh["services"], { readonly byKey: Map<string, Scope>; apart?: Apart }>();

/** Everything that a scope is made of. */
function scopesOf(mesh: Mesh) {
  const { serviceEntries, virtualServices, sidecars, config, hiddenNamespaces } = mesh;
  return scopes(mesh.services, [serviceEntries, virtualServices, sidecars, config, hiddenNamespaces], () => ({
    byKey: new Map(),
  }));
}

/**
 * Services exported to the namespace that some egress host imports; without egress, or for a gateway, all of them.
 * Istio: pilot/pkg/model/sidecar.go initSidecarScopeInternalIndexes.
 */
export function scopeOf(mesh: Mesh, pod: ProxiedPod): Scope {
  const sidecar = pod.proxy === "gateway" ? undefined : sidecarFor(mesh, pod);
  const { byKey } = scopesOf(mesh);
  const from = importsAll(sidecar) && !namespacesApart(mesh).has(pod.namespace) ? "*" : pod.namespace;
  const key = `${from} ${sidecar?.namespace ?? ""}/${sidecar?.name ?? ""}`;
  const scope = byKey.get(key) ?? computeScope(mesh, pod.namespace, sidecar);
  byKey.set(key, scope);
  return scope;
}

function importsAll(sidecar: Sidecar | undefined): boolean {
  return sidecar === undefined || sidecar.egress.length === 0;
}

/** Namespaces whose pods see something else than those of all others; these share one scope. */
type Apart = ReadonlySet<string>;

function namespacesApart(mesh: Mesh): Apart {
  const known = scopesOf(mesh);
  known.apart ??= findApart(mesh);
  return known.apart;
}

/** Something is exported to them and not to everybody, or of two services with one host theirs is preferred. */
function findApart(mesh: Mesh): Apart {
  // Most Services are exported to everybody, which needs no look at what the registry makes of them.
  const exported = mesh.services.filter(({ annotations }) => EXPORT_TO in annotations).map(fromService);
  const notPublic = [...exported, ...mesh.serviceEntries, ...mesh.virtualServices].filter(
    ({ exportTo }) => exportTo.length > 0 && !exportTo.includes("*"),
  );
  // Of Kubernetes alone no two Services have one host.
  const shared = mesh.serviceEntries
    .flatMap(({ hosts }) => hosts.map((host) => servicesNamed(mesh, host)))
    .filter((services) => services.length > 1);
  return new Set([
    ...notPublic.flatMap(({ exportTo, namespace }) => [namespace, ...exportTo]),
    ...shared.flat().map(({ namespace }) => namespace),
  ]);
}

function computeScope(mesh: Mesh, namespace: string, sidecar: Sidecar | undefined): Scope {
  const listeners = sidecar === undefined || importsAll(sidecar) ? [EVERYTHING] : sidecar.egress;
  const services = new Map<string, RegistryService>();
  const listened = new Map<string, RegistryService>();
  const virtualServices = new Set<VirtualService>();
  for (const listener of listeners) {
    const imports = parseHosts(listener.hosts, namespace);
    for (const service of selectServices(mesh, namespace, imports, listener)) {
      add(services, service);
      add(listened, service);
    }
    for (const virtualService of selectVirtualServices(mesh, namespace, imports)) {
      virtualServices.add(virtualService);
      for (const service of destinations(mesh, namespace, virtualService, listener)) add(services, service);
    }
  }
  return {
    services,
    listened,
    virtualServices: [...virtualServices],
    outboundTrafficPolicy: policyOf(sidecar) ?? mesh.config.outboundTrafficPolicy,
  };
}

function policyOf(sidecar: Sidecar | undefined): Scope["outboundTrafficPolicy"] | undefined {
  const mode = sidecar?.outboundTrafficPolicy;
  return mode === "REGISTRY_ONLY" || mode === "ALLOW_ANY" ? mode : undefined;
}

/** The hosts that a listener imports, by namespace; `*` stands for every namespace. */
type Imports = ReadonlyMap<string, readonly string[]>;

function parseHosts(hosts: readonly string[], namespace: string): Imports {
  const pairs = hosts.flatMap((host) => {
    const [owner, name, ...rest] = host.split("/");
    return owner === undefined || name === undefined || rest.length > 0
      ? []
      : [{ owner: owner === "." ? namespace : owner, name }];
  });
  const grouped = Map.groupBy(pairs, ({ owner }) => owner);
  return new Map([...grouped].map(([owner, each]) => [owner, each.map(({ name }) => name)]));
}

function importedHosts(imports: Imports, owner: string): readonly string[] {
  return [...(imports.get(owner) ?? []), ...(imports.get("*") ?? [])];
}

/**
 * Where several namespaces have the host, the first one counts, the caller's own before others, and Kubernetes before
 * ServiceEntries. Istio: pilot/pkg/model/sidecar.go selectServices.
 */
function selectServices(
  mesh: Mesh,
  namespace: string,
  imports: Imports,
  listener: SidecarListener,
): readonly RegistryService[] {
  const visible = among(registryServices(mesh), imports).filter((service) => isVisible(mesh, service, namespace));
  const imported = visible
    .filter(({ host, namespace: owner }) =>
      importedHosts(imports, owner).some((pattern) =>
        isWildcard(pattern) || isWildcard(host) ? isSubsetOf(host, pattern) : host === pattern,
      ),
    )
    .flatMap((service) => trimToPorts(service, listenerPorts(listener)));
  const chosen = new Map<string, RegistryService>();
  for (const service of imported) {
    const other = chosen.get(service.host);
    if (other === undefined || isPreferred(service, other, namespace)) chosen.set(service.host, service);
  }
  return imported.filter((service) => chosen.get(service.host)?.namespace === service.namespace);
}

/** Services of namespaces from which something is imported. */
function among(services: readonly RegistryService[], imports: Imports): readonly RegistryService[] {
  if (imports.has("*") || imports.size !== 1) return services;
  const [owner = ""] = imports.keys();
  return inNamespace(services, owner);
}

function isVisible(mesh: Mesh, service: RegistryService, namespace: string): boolean {
  const hidden = mesh.hiddenNamespaces.has(service.namespace);
  return !hidden && isExportedTo(service.exportTo, service.namespace, namespace);
}

function isPreferred(service: RegistryService, other: RegistryService, namespace: string): boolean {
  if (service.namespace === namespace) return true;
  return !isKubernetes(other) && isKubernetes(service) && other.namespace !== namespace;
}

/** A listener with a port imports that port only, unless it is a general HTTP proxy. */
function listenerPorts({ port, protocol }: SidecarListener): ReadonlySet<number> | undefined {
  return port === undefined || port === 0 || protocol?.toUpperCase() === "HTTP_PROXY" ? undefined : new Set([port]);
}

function trimToPorts(service: RegistryService, wanted: ReadonlySet<number> | undefined): readonly RegistryService[] {
  if (wanted === undefined) return [service];
  const ports = service.ports.filter(({ port }) => wanted.has(port));
  return ports.length === 0 ? [] : [{ ...service, ports }];
}

/** Routes of the sidecars that are exported to the namespace and share a name with an imported host. */
function selectVirtualServices(mesh: Mesh, namespace: string, imports: Imports): readonly VirtualService[] {
  return mesh.virtualServices.filter((virtualService) => {
    const forSidecars = virtualService.gateways.length === 0 || virtualService.gateways.includes("mesh");
    if (!forSidecars || !isExportedTo(virtualService.exportTo, virtualService.namespace, namespace)) return false;
    const patterns = importedHosts(imports, virtualService.namespace);
    return virtualService.hosts.some((host) =>
      patterns.some((pattern) => overlaps(fullHost(host, virtualService.namespace), pattern)),
    );
  });
}

/**
 * Destinations of imported routes are known too, at the ports that the routes name.
 * Istio: pilot/pkg/model/sidecar.go collectImportedServices.
 */
function destinations(
  mesh: Mesh,
  namespace: string,
  virtualService: VirtualService,
  listener: SidecarListener,
): readonly RegistryService[] {
  const named = virtualService.routes.flatMap((route) => route.destinations);
  const byHost = Map.groupBy(named, ({ host }) => fullHost(host, virtualService.namespace));
  return [...byHost].flatMap(([host, each]) => {
    const service = bestVisible(mesh, host, namespace);
    if (service === undefined) return [];
    const ports = each.map(({ port }) => port);
    const routed = ports.includes(undefined) ? undefined : new Set(ports.filter((port) => port !== undefined));
    return trimToPorts(service, listenerPorts(listener) ?? routed);
  });
}

/** The caller's own namespace first, then Kubernetes, then the oldest. Istio: pilot/pkg/model/sidecar.go pickBestVisibleNamespace. */
function bestVisible(mesh: Mesh, host: string, namespace: string): RegistryService | undefined {
  const all = servicesNamed(mesh, host).filter((service) => !mesh.hiddenNamespaces.has(service.namespace));
  const own = all.find((service) => service.namespace === namespace);
  if (own !== undefined) return own;
  const visible = all.filter((service) => isVisible(mesh, service, namespace));
  return visible.find(isKubernetes) ?? visible[0];
}

/**
 * What is known first stays; Kubernetes replaces a ServiceEntry; ports of the same service add up.
 * Istio: pilot/pkg/model/sidecar.go appendSidecarServices.
 */
function add(services: Map<string, RegistryService>, service: RegistryService): void {
  const existing = services.get(service.host);
  if (existing === undefined || (!isKubernetes(existing) && isKubernetes(service))) {
    services.set(service.host, service);
  } else if (existing.object === service.object || sameOwner(existing, service)) {
    services.set(service.host, { ...existing, ports: union(existing.ports, service.ports) });
  }
}

/** Two ServiceEntries of one namespace for one host add up when nothing but their ports tells them apart. */
function sameOwner(a: RegistryService, b: RegistryService): boolean {
  return (
    !isKubernetes(a) &&
    !isKubernetes(b) &&
    a.namespace === b.namespace &&
    a.resolution === b.resolution &&
    a.exportTo.toSorted().join() === b.exportTo.toSorted().join()
  );
}

function union(a: readonly RegistryPort[], b: readonly RegistryPort[]): readonly RegistryPort[] {
  return [...a, ...b.filter(({ port }) => !a.some((each) => each.port === port))];
}
