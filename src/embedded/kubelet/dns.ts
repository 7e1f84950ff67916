/** The cluster's DNS: names of Services and of pods behind them, with the search path of a namespace. */
import type { KubernetesObject } from "../api/object.ts";
import type { Service } from "../api/shapes.ts";
import { type Cluster, kindOf, listed } from "../controllers/cluster.ts";

const DOMAIN = "cluster.local";
/** Kubernetes: dnsPolicy ClusterFirst, `options ndots:5`. */
const DOTS = 5;
/** Of ExternalNames that point at one another. */
const LONGEST_CHAIN = 5;

type Slice = KubernetesObject & {
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly hostname?: string;
        readonly conditions?: { readonly ready?: boolean };
      }[]
    | null;
};

export function resolveName(cluster: Cluster, host: string, namespace: string): readonly string[] {
  for (const name of candidates(host.toLowerCase(), namespace)) {
    const found = lookUp(cluster, name, 0);
    if (found.length > 0) return found;
  }
  return [];
}

function candidates(host: string, namespace: string): readonly string[] {
  if (host.endsWith(".")) return [host.slice(0, -1)];
  const searched = [`${namespace}.svc.${DOMAIN}`, `svc.${DOMAIN}`, DOMAIN].map((path) => `${host}.${path}`);
  return host.split(".").length > DOTS ? [host, ...searched] : [...searched, host];
}

function lookUp(cluster: Cluster, name: string, depth: number): readonly string[] {
  const pod = /^(\d+-\d+-\d+-\d+)\.[^.]+\.pod\.cluster\.local$/.exec(name);
  if (pod?.[1] !== undefined) return [pod[1].replaceAll("-", ".")];
  const [, hostname, service = "", namespace = ""] =
    /^(?:([^.]+)\.)?([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(name) ?? [];
  if (service === "") return [];
  const found = cluster.resources.find(kindOf(cluster, "", "Service"), { namespace, name: service }) as
    | Service
    | undefined;
  if (found === undefined) return [];
  const { type, externalName = "", clusterIP } = found.spec;
  if (type === "ExternalName") return depth < LONGEST_CHAIN ? lookUp(cluster, externalName, depth + 1) : [];
  if (clusterIP !== undefined && clusterIP !== "" && clusterIP !== "None")
    return hostname === undefined ? [clusterIP] : [];
  return endpointsOf(cluster, namespace, service).flatMap((endpoint) =>
    (hostname === undefined ? endpoint.conditions?.ready !== false : endpoint.hostname === hostname)
      ? endpoint.addresses
      : [],
  );
}

function endpointsOf(cluster: Cluster, namespace: string, service: string) {
  const slices = listed<Slice>(cluster, kindOf(cluster, "discovery.k8s.io", "EndpointSlice"), namespace);
  return slices
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service)
    .flatMap(({ endpoints }) => endpoints ?? []);
}
