/** The namespaces whose calls an object decides about, or all of them. */
import { inNamespace } from "../../mesh/by-namespace.ts";
import { isInjectorMap } from "../../mesh/membership/injector.ts";
import type { Mesh } from "../../mesh/mesh.ts";
import { isMeshMap } from "../../mesh/mesh-config.ts";
import type { Resource } from "../../mesh/resources/resource.ts";
import { isSpread } from "../../mesh/snapshot/surroundings.ts";
import { isGatewayPod } from "../../mesh/workload.ts";
import { destinationsOf, namespacesOf } from "./rules.ts";

/** An object of these kinds in the root namespace is for the whole mesh. */
const FOR_ALL_IN_ROOT: ReadonlySet<string> = new Set([
  "PeerAuthentication",
  "AuthorizationPolicy",
  "DestinationRule",
  "Sidecar",
  "EnvoyFilter",
]);

/** Where calls depend on objects of any namespace, only policies are of one. */
export function reachOf(mesh: Mesh, object: Resource): readonly string[] | "all" {
  const { kind, namespace } = object;
  if (object.form === "other") return "all";
  if (FOR_ALL_IN_ROOT.has(kind) && namespace === mesh.config.rootNamespace) return "all";
  if (kind === "PeerAuthentication") return [namespace];
  if (isSpread(mesh)) return "all";
  return reachInMesh(mesh, object);
}

function reachInMesh(mesh: Mesh, object: Exclude<Resource, { readonly form: "other" }>): readonly string[] | "all" {
  const { namespace } = object;
  switch (object.kind) {
    case "Namespace":
      return mesh.config.discoverySelectors.length > 0 ? "all" : withPods(mesh, object.name);
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
    case "DaemonSet":
    case "Job":
    case "CronJob":
    case "Pod":
      return withPods(mesh, namespace);
    case "ConfigMap":
      return isInjectorMap(object) || isMeshMap(object) ? "all" : [namespace];
    case "Service":
    case "AuthorizationPolicy":
    case "Sidecar":
    case "EnvoyFilter":
    case "WorkloadEntry":
      return [namespace];
    case "DestinationRule":
      return [namespace, ...namespacesOf(mesh, [object.host], namespace)];
    case "VirtualService":
      // What enters a Gateway does so at pods of any namespace.
      if (object.gateways.some((name) => name !== "mesh")) return "all";
      return [namespace, ...namespacesOf(mesh, [...object.hosts, ...destinationsOf(object)], namespace)];
    default:
      return "all";
  }
}

/** Pods of a gateway serve Gateways of any namespace. */
function withPods(mesh: Mesh, namespace: string): readonly string[] | "all" {
  const there = inNamespace(mesh.workloads, namespace);
  return there.some(({ replicas }) => replicas.some(isGatewayPod)) ? "all" : [namespace];
}

/** The namespace that an object is of: a Namespace is of itself. */
export function ownNamespace({ kind, namespace, name }: Resource): string {
  return kind === "Namespace" ? name : namespace;
}
