/** Host names as Istio's objects write them, and how they match. */
import { remembered } from "../memo.ts";
import type { Service } from "../resources/core.ts";

/** The domain of the cluster, at its default. */
const DOMAIN = "cluster.local";

export function hostOf(service: Pick<Service, "name" | "namespace">): string {
  return `${service.name}.${service.namespace}.svc.${DOMAIN}`;
}

/** The Service that a full host name stands for, whether there is one or not. */
export function namedBy(host: string): Pick<Service, "name" | "namespace"> | undefined {
  const suffix = `.svc.${DOMAIN}`;
  if (!host.endsWith(suffix)) return undefined;
  const stem = host.slice(0, -suffix.length);
  const dot = stem.lastIndexOf(".");
  return dot < 0 ? undefined : { name: stem.slice(0, dot), namespace: stem.slice(dot + 1) };
}

/**
 * A host without a dot means a Service of the object's namespace; any dot makes it literal, and `*` stays.
 * Istio: pilot/pkg/model/config.go ResolveShortnameToFQDN.
 */
export function fullHost(host: string, namespace: string): string {
  return host.includes(".") || host.startsWith("*") ? host : hostOf({ name: host, namespace });
}

/** The server name that a proxy asks for where nobody says another. Istio: pilot/pkg/model BuildDNSSrvSubsetKey. */
export function clusterName(host: string, port: number, subset = ""): string {
  return `outbound_.${port}_.${subset}_.${host}`;
}

export function isWildcard(host: string): boolean {
  return host.startsWith("*");
}

/** Every name that `host` stands for is one that `pattern` stands for. Istio: pkg/config/host/name.go SubsetOf. */
export function isSubsetOf(host: string, pattern: string): boolean {
  if (!isWildcard(pattern)) return host === pattern;
  if (!isWildcard(host)) return host.endsWith(pattern.slice(1));
  return host.length >= pattern.length && host.slice(1).endsWith(pattern.slice(1));
}

/** Some name is one that both stand for. Istio: pkg/config/host/name.go Matches. */
export function overlaps(a: string, b: string): boolean {
  return isSubsetOf(a, b) || isSubsetOf(b, a);
}

/**
 * The entry for a host: the exact one, else the longest wildcard that matches.
 * Istio: pilot/pkg/model/conversion.go MostSpecificHostMatch.
 */
export function mostSpecific<T>(host: string, entries: ReadonlyMap<string, T>): T | undefined {
  const exact = entries.get(host);
  if (exact !== undefined) return exact;
  const best = wildcards(entries).find((pattern) => isSubsetOf(host, pattern));
  return best === undefined ? undefined : entries.get(best);
}

/** The longest first. */
const wildcards = remembered((entries: ReadonlyMap<string, unknown>) =>
  [...entries.keys()].filter(isWildcard).toSorted((a, b) => b.length - a.length),
);
