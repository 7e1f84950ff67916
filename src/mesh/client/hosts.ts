/** Host names as Istio's objects write them. */
import type { Mesh } from "../mesh.ts";
import type { Service } from "../resources/core.ts";

/** The domain of the cluster, at its default. */
const DOMAIN = "cluster.local";

export function hostOf(service: Pick<Service, "name" | "namespace">): string {
  return `${service.name}.${service.namespace}.svc.${DOMAIN}`;
}

/**
 * A host without a dot means a Service of the object's namespace; any dot makes it literal, and `*` stays.
 * Istio: pilot/pkg/model/config.go ResolveShortnameToFQDN.
 */
export function fullHost(host: string, namespace: string): string {
  return host.includes(".") || host.startsWith("*") ? host : hostOf({ name: host, namespace });
}

/** A leading `*` matches any beginning. Istio: pkg/config/host/name.go Matches. */
export function hostMatches(pattern: string, host: string): boolean {
  return pattern.startsWith("*") ? host.endsWith(pattern.slice(1)) : pattern === host;
}

/** The Service of a destination as an object of this namespace writes it. */
export function serviceByFullHost(mesh: Pick<Mesh, "services">, host: string, namespace: string): Service | undefined {
  const full = fullHost(host, namespace);
  return mesh.services.find((service) => hostOf(service) === full);
}
