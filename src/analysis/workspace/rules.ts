/** Rules for clients, by the namespaces of the services that they speak for or lead to. */
import { remembered, rememberedFrom } from "../../mesh/memo.ts";
import type { Mesh } from "../../mesh/mesh.ts";
import { fullHost, isSubsetOf, isWildcard, namedBy } from "../../mesh/registry/host.ts";
import { registryServices, servicesNamed } from "../../mesh/registry/service.ts";
import type { DestinationRule, VirtualService } from "../../mesh/resources/istio.ts";

/** The files of DestinationRules that name a service of the namespace, or mean one with a host that is cut short. */
export function rulesFor(mesh: Mesh, namespace: string): ReadonlySet<string> {
  const { destinationRules, services, serviceEntries } = mesh;
  const byNamespace = ruled(destinationRules, [isOpenRule(destinationRules) && services, serviceEntries], () => {
    const pairs = destinationRules.flatMap((rule) =>
      namespacesOf(mesh, [rule.host], rule.namespace).map((each) => [each, rule.source.uri] as const),
    );
    return grouped(pairs);
  });
  return byNamespace.get(namespace) ?? new Set();
}

const ruled = rememberedFrom<Mesh["destinationRules"], ReadonlyMap<string, ReadonlySet<string>>>();

/** Only wildcards mean whatever Services there are. */
const isOpenRule = remembered((rules: Mesh["destinationRules"]) => rules.some(({ host }) => isWildcard(host)));

const isOpenRoute = remembered((routes: Mesh["virtualServices"]) =>
  routes.some((route) => [...route.hosts, ...destinationsOf(route)].some(isWildcard)),
);

/** Rules with a secret are told by the first of all calls that follows them. */
export function secretRules({ destinationRules }: Mesh): readonly string[] {
  return destinationRules.filter(namesSecret).map(({ source }) => source.uri);
}

function namesSecret({ trafficPolicy }: DestinationRule): boolean {
  const all = [trafficPolicy?.tls, ...(trafficPolicy?.ports ?? []).map(({ tls }) => tls)];
  return all.some((tls) => tls?.credentialName !== undefined);
}

/** Namespaces with hosts whose routes lead into this one. */
export function leadingTo(mesh: Mesh, namespace: string): ReadonlySet<string> {
  const { virtualServices, services, serviceEntries } = mesh;
  const byEnd = leading(virtualServices, [isOpenRoute(virtualServices) && services, serviceEntries], () =>
    grouped(
      virtualServices.flatMap((route) => {
        const from = namespacesOf(mesh, route.hosts, route.namespace);
        const to = namespacesOf(mesh, destinationsOf(route), route.namespace);
        return to.flatMap((end) => from.map((start) => [end, start] as const));
      }),
    ),
  );
  return byEnd.get(namespace) ?? new Set();
}

const leading = rememberedFrom<Mesh["virtualServices"], ReadonlyMap<string, ReadonlySet<string>>>();

export function destinationsOf({ routes }: VirtualService): readonly string[] {
  return routes.flatMap(({ destinations }) => destinations.map(({ host }) => host));
}

/** Namespaces of services with these hosts, and those that the hosts name, whatever is there. */
export function namespacesOf(mesh: Mesh, hosts: readonly string[], own: string): readonly string[] {
  return [...new Set(hosts.flatMap((host) => namespacesNamed(mesh, host, own)))];
}

/** Without a wildcard a host names the namespace of its Service of Kubernetes, whether there is one or not. */
function namespacesNamed(mesh: Mesh, host: string, own: string): readonly string[] {
  const full = fullHost(host, own);
  const services = isWildcard(full)
    ? registryServices(mesh).filter((service) => isSubsetOf(service.host, full))
    : servicesNamed(mesh, full);
  const [, second] = full.split(".");
  const named = [namedBy(full)?.namespace, second].filter((each) => each !== undefined);
  return [...services.map(({ namespace }) => namespace), ...named];
}

function grouped(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = new Map<string, Set<string>>();
  for (const [key, value] of pairs) groups.set(key, (groups.get(key) ?? new Set()).add(value));
  return groups;
}
