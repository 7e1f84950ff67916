/** Services as istiod knows them: those of Kubernetes and the hosts of ServiceEntries, in one shape. */
import { byCreation, compareText } from "../age.ts";
import { inNamespace } from "../by-namespace.ts";
import { remembered, rememberedFrom } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import type { Service } from "../resources/core.ts";
import type { ServiceEntry } from "../resources/istio.ts";
import { type Family, familyOf, familyOfProtocol, isTls, isTlsProtocol } from "../server/protocol.ts";
import { hostOf, namedBy } from "./host.ts";

export interface RegistryPort {
  readonly port: number;
  readonly name: string;
  readonly family: Family;
  /** The port is for TLS that proxies pass on: routes by SNI apply, those by TCP do not. */
  readonly tls: boolean;
}

/**
 * How proxies find the endpoints: from istiod, by DNS, or by going where the application wanted to go.
 * `dynamic-dns` and `alias` make no cluster of their own.
 */
export type Resolution = "endpoints" | "dns" | "original-destination" | "dynamic-dns" | "alias";

export interface RegistryService {
  readonly host: string;
  readonly namespace: string;
  readonly object: Service | ServiceEntry;
  readonly resolution: Resolution;
  /** Outside the mesh: never mutual TLS unless a rule asks for it. */
  readonly external: boolean;
  readonly exportTo: readonly string[];
  readonly ports: readonly RegistryPort[];
}

export function isKubernetes(service: RegistryService): boolean {
  return service.object.kind === "Service";
}

/** All services, oldest first. Istio: pilot/pkg/model/push_context.go initServiceRegistry, SortServicesByCreationTime. */
export function registryServices(mesh: Mesh): readonly RegistryService[] {
  return all(mesh.services, [mesh.serviceEntries], () =>
    oldestFirst([...mesh.services.map(fromService), ...mesh.serviceEntries.flatMap(fromServiceEntry)]),
  );
}

const all = rememberedFrom<Mesh["services"], readonly RegistryService[]>();

/** All services with this host, oldest first. */
export function servicesNamed(mesh: Mesh, host: string): readonly RegistryService[] {
  const service = serviceOfHost(mesh, host);
  const entries = entriesByHost(mesh.serviceEntries).get(host) ?? [];
  return service === undefined ? entries : oldestFirst([fromService(service), ...entries]);
}

/** The Service of Kubernetes that a full host name stands for. */
export function serviceOfHost(mesh: Mesh, host: string): Service | undefined {
  const named = namedBy(host);
  return named && serviceIn(mesh, named.namespace, named.name);
}

/** Looked up in its namespace: what is known of all others stays as it is when one changes. */
export function serviceIn(mesh: Mesh, namespace: string, name: string): Service | undefined {
  return byName(inNamespace(mesh.services, namespace)).get(name);
}

const byName = remembered(
  (services: readonly Service[]) => new Map(services.map((service) => [service.name, service])),
);

const entriesByHost = remembered((entries: readonly ServiceEntry[]) =>
  Map.groupBy(oldestFirst(entries.flatMap(fromServiceEntry)), ({ host }) => host),
);

function oldestFirst(services: readonly RegistryService[]): readonly RegistryService[] {
  if (services.length < 2) return services;
  return services
    .map((service) => ({ service, name: `${service.object.name}.${service.namespace}` }))
    .toSorted((a, b) => byCreation(a.service.object, b.service.object) || compareText(a.name, b.name))
    .map(({ service }) => service);
}

export const EXPORT_TO = "networking.istio.io/exportTo";

/** A headless Service is reached at the pod that the application names. Istio: pkg/kube/controller/conversion.go ConvertService. */
export const fromService = remembered((service: Service): RegistryService => {
  const exportTo = service.annotations[EXPORT_TO];
  return {
    host: hostOf(service),
    namespace: service.namespace,
    object: service,
    resolution:
      service.type === "ExternalName" ? "alias" : service.clusterIP === "None" ? "original-destination" : "endpoints",
    external: false,
    exportTo: exportTo === undefined ? [] : exportTo.split(",").map((each) => each.trim()),
    ports: service.ports
      .filter(({ protocol }) => protocol !== "UDP")
      .map((port) => ({ port: port.port, name: port.name ?? "", family: familyOf(port), tls: isTls(port) })),
  };
});

const RESOLUTIONS: Readonly<Record<string, Resolution>> = {
  STATIC: "endpoints",
  DNS: "dns",
  DNS_ROUND_ROBIN: "dns",
  DYNAMIC_DNS: "dynamic-dns",
};

/** One service for every host. Istio: pilot/pkg/serviceregistry/serviceentry/conversion.go convertServices. */
const fromServiceEntry = remembered((entry: ServiceEntry): readonly RegistryService[] =>
  entry.hosts.map((host) => ({
    host,
    namespace: entry.namespace,
    object: entry,
    resolution: RESOLUTIONS[entry.resolution] ?? "original-destination",
    external: entry.location !== "MESH_INTERNAL",
    exportTo: entry.exportTo,
    ports: entry.ports.map((port) => ({
      port: port.number,
      name: port.name,
      family: familyOfProtocol(port.protocol),
      tls: isTlsProtocol(port.protocol),
    })),
  })),
);
