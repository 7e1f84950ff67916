/** What a pod takes from elsewhere: its own fields, ConfigMaps and Secrets. */
import { at, mapOf, textOf } from "../../api/json.ts";
import { type Cluster, kindOf } from "../../controllers/cluster.ts";
import type { Pod } from "./spec.ts";

/** Something that a container needs is not there; the kubelet tries again. */
export class MissingReference extends Error {}

export interface References {
  /** `metadata.labels['app']`, `status.podIP`, … */
  field(path: string): string;
  /** Its content by key; undefined where it is not there and `optional`. */
  configMap(name: string, optional: boolean): Readonly<Record<string, Buffer>> | undefined;
  secret(name: string, optional: boolean): Readonly<Record<string, Buffer>> | undefined;
}

export interface PodPlace {
  readonly ip: string;
  readonly nodeIp: string;
}

export function referencesOf(cluster: Cluster, pod: Pod, place: PodPlace): References {
  const { namespace = "default" } = pod.metadata;
  const find = (kind: "ConfigMap" | "Secret", name: string, optional: boolean) => {
    const object = cluster.resources.find(kindOf(cluster, "", kind), { namespace, name });
    if (object === undefined && !optional) throw new MissingReference(`${kind.toLowerCase()} "${name}" not found`);
    return object;
  };
  return {
    field: (path) => fieldOf(pod, place, path),
    configMap(name, optional) {
      const map = find("ConfigMap", name, optional);
      return map && { ...decoded(map.data, "utf8"), ...decoded(map.binaryData, "base64") };
    },
    secret(name, optional) {
      const secret = find("Secret", name, optional);
      return secret && decoded(secret.data, "base64");
    },
  };
}

function decoded(data: unknown, encoding: BufferEncoding): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(
    Object.entries(mapOf(data)).map(([key, value]) => [key, Buffer.from(textOf(value), encoding)]),
  );
}

/** Kubernetes: pkg/fieldpath/fieldpath.go ExtractFieldPathAsString. */
function fieldOf(pod: Pod, { ip, nodeIp }: PodPlace, path: string): string {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (map !== undefined && key !== undefined) return textOf(at(pod.metadata, map, key));
  switch (path) {
    case "metadata.labels":
    case "metadata.annotations":
      return Object.entries(mapOf(at(pod, ...path.split("."))))
        .toSorted()
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join("\n");
    case "status.podIP":
    case "status.podIPs":
      return ip;
    case "status.hostIP":
    case "status.hostIPs":
      return nodeIp;
    case "spec.serviceAccountName":
      return pod.spec.serviceAccountName ?? "default";
    default:
      return textOf(at(pod, ...path.split(".")));
  }
}
