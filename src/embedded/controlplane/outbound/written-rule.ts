/** What of a DestinationRule no rule about mutual TLS reads, but a connection needs: as it is written. */
import type { Cluster as KnownCluster } from "../../../mesh/client/cluster.ts";
import { clusterPolicy } from "../../../mesh/client/traffic-policy.ts";
import type { ProxiedPod } from "../../../mesh/registry/scope.ts";
import type { Kinds } from "../../api/kinds/kind.ts";
import type { KubernetesObject } from "../../api/object.ts";
import type { Resources } from "../../api/resources.ts";
import type { ClusterTls } from "../../dataplane/config.ts";
import { milliseconds } from "./duration.ts";

interface WrittenTls {
  readonly mode?: string;
  readonly sni?: string;
  readonly credentialName?: string;
}

interface WrittenPolicy {
  readonly tls?: WrittenTls;
  readonly connectionPool?: { readonly tcp?: { readonly connectTimeout?: string } };
  readonly portLevelSettings?: readonly (WrittenPolicy & { readonly port?: { readonly number?: number } })[];
}

export interface RuleReader {
  tls(cluster: KnownCluster, pod: ProxiedPod): ClusterTls;
  sni(cluster: KnownCluster): { readonly sni?: string };
  connectTimeout(cluster: KnownCluster): number | undefined;
}

export function ruleReader(resources: Resources, kinds: Kinds): RuleReader {
  const read = ({ rule }: KnownCluster): WrittenPolicy | undefined => {
    const kind = kinds.byKind("networking.istio.io", "DestinationRule");
    const [object] = rule?.rules ?? [];
    if (kind === undefined || object === undefined) return undefined;
    const found = resources.find(kind, { namespace: object.namespace, name: object.name });
    return (found?.spec as { readonly trafficPolicy?: WrittenPolicy } | undefined)?.trafficPolicy;
  };
  const writtenTls = (cluster: KnownCluster): WrittenTls => {
    const [object] = cluster.rule?.rules ?? [];
    const at = clusterPolicy(cluster.rule, cluster.port.port, cluster.subset).tls?.at;
    const kind = kinds.byKind("networking.istio.io", "DestinationRule");
    if (object === undefined || at === undefined || kind === undefined) return {};
    const found = resources.find(kind, { namespace: object.namespace, name: object.name });
    return (found === undefined ? undefined : valueAt(found, at)) ?? {};
  };
  return {
    tls(cluster, pod) {
      const { mode, sni, credentialName } = writtenTls(cluster);
      const secret =
        credentialName === undefined ? undefined : secretOf(resources, kinds, pod.namespace, credentialName);
      const name = sni ?? cluster.service.host;
      return { mode: mode === "MUTUAL" ? "mutual" : "simple", sni: name, ...secret };
    },
    sni(cluster) {
      const { sni } = writtenTls(cluster);
      return sni === undefined ? {} : { sni };
    },
    connectTimeout(cluster) {
      const policy = read(cluster);
      const atPort = policy?.portLevelSettings?.find(({ port }) => port?.number === cluster.port.port);
      return milliseconds((atPort ?? policy)?.connectionPool?.tcp?.connectTimeout);
    },
  };
}

function valueAt(object: KubernetesObject, pointer: string): WrittenTls | undefined {
  const keys = pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  return keys.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object) as
    | WrittenTls
    | undefined;
}

/** Certificate, key and roots of a Secret, as PEM. Istio: pilot/pkg/credentials/kube/secrets.go. */
export function secretOf(
  resources: Resources,
  kinds: Kinds,
  namespace: string,
  name: string,
): { readonly certificate?: string; readonly key?: string; readonly roots?: string } {
  const kind = kinds.byKind("", "Secret");
  const object = kind === undefined ? undefined : resources.find(kind, { namespace, name });
  const data = (object?.data ?? {}) as Readonly<Record<string, string>>;
  const text = (...keys: readonly string[]) => {
    const found = keys.map((key) => data[key]).find((each) => each !== undefined);
    return found === undefined ? undefined : Buffer.from(found, "base64").toString();
  };
  const [certificate, key, roots] = [text("tls.crt", "cert"), text("tls.key", "key"), text("ca.crt", "cacert")];
  return {
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
    ...(roots === undefined ? {} : { roots }),
  };
}
