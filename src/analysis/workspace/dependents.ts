/**
 * Which files' views can change when a policy of a namespace does: those with objects of the namespace, those of
 * whoever calls into it, and those of rules that speak for its Services. A file too many costs time, one too few would
 * show what is no longer true.
 */
import type { Call } from "../../mesh/callers/call.ts";
import { callIndex } from "../../mesh/callers/call-index.ts";
import { targetNamespace } from "../../mesh/callers/target.ts";
import type { Mesh } from "../../mesh/mesh.ts";
import { fullHost, isSubsetOf, isWildcard } from "../../mesh/registry/host.ts";
import { registryServices, servicesNamed } from "../../mesh/registry/service.ts";
import type { Meta } from "../../mesh/resources/meta.ts";
import type { Resource } from "../../mesh/resources/resource.ts";
import type { Workload } from "../../mesh/workload.ts";

export type Dependents = (namespace: string) => ReadonlySet<string>;

export function dependentsOf(objects: ReadonlyMap<string, readonly Resource[]>, meshes: readonly Mesh[]): Dependents {
  const byNamespace = new Map<string, Set<string>>();
  const add = (namespace: string, uris: Iterable<string>) => {
    const known = byNamespace.get(namespace) ?? new Set<string>();
    byNamespace.set(namespace, known);
    for (const uri of uris) known.add(uri);
  };
  for (const [uri, each] of objects) for (const object of each) add(namespaceOf(object), [uri]);
  for (const mesh of meshes) {
    for (const { namespace, call } of callsByNamespace(mesh)) add(namespace, urisOf(call));
    for (const { namespace, object } of ruledNamespaces(mesh)) add(namespace, [object.source.uri]);
  }
  for (const mesh of meshes) {
    for (const { from, to } of redirections(mesh)) add(to, [...(byNamespace.get(from) ?? [])]);
  }
  const everywhere = new Set(meshes.flatMap(({ config }) => [...(byNamespace.get(config.rootNamespace) ?? [])]));
  return (namespace) => (byNamespace.get(namespace) ?? new Set()).union(everywhere);
}

function namespaceOf({ kind, namespace, name }: Resource): string {
  return kind === "Namespace" ? name : namespace;
}

/** Each call with the namespaces of its target and of the workloads that it reaches. */
function callsByNamespace(mesh: Mesh): readonly { readonly namespace: string; readonly call: Call }[] {
  const index = callIndex(mesh);
  return [
    ...index.calls.map((call) => ({ namespace: targetNamespace(call.target), call })),
    ...mesh.workloads.flatMap((workload) =>
      index.to(workload).map((call) => ({ namespace: workload.namespace, call })),
    ),
  ];
}

function urisOf({ caller, evidence }: Call): readonly string[] {
  const callers = caller.type === "workload" ? [caller.workload] : caller.type === "gateway" ? caller.workloads : [];
  return [...evidence.map(({ place }) => place.object), ...callers.flatMap(objectsOf)].map(({ source }) => source.uri);
}

function objectsOf({ object, replicas }: Workload): readonly Meta[] {
  return [object, ...replicas.map(({ pod }) => pod)].filter((each) => each !== undefined);
}

/** Rules for clients, with the namespaces of the services that they speak for. */
function ruledNamespaces(mesh: Mesh): readonly { readonly namespace: string; readonly object: Meta }[] {
  return mesh.destinationRules.flatMap((object) =>
    servicesOf(mesh, fullHost(object.host, object.namespace)).map(({ namespace }) => ({ namespace, object })),
  );
}

function servicesOf(mesh: Mesh, host: string) {
  return isWildcard(host)
    ? registryServices(mesh).filter((service) => isSubsetOf(service.host, host))
    : servicesNamed(mesh, host);
}

/** A route makes what is said of one namespace's Services depend on another's pods. */
function redirections(mesh: Mesh): readonly { readonly from: string; readonly to: string }[] {
  return mesh.virtualServices.flatMap(({ namespace, hosts, routes }) => {
    const ends = routes.flatMap(({ destinations }) => destinations.map(({ host }) => host));
    const namespacesOf = (names: readonly string[]) => [
      ...new Set(names.flatMap((name) => servicesOf(mesh, fullHost(name, namespace)).map((each) => each.namespace))),
    ];
    const to = namespacesOf(ends);
    return namespacesOf(hosts).flatMap((from) =>
      to.filter((each) => each !== from).map((each) => ({ from, to: each })),
    );
  });
}
