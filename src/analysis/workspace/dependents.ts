/**
 * Which files' views can change with an object: those with objects of its namespace, those at the other end of calls
 * into it and out of it, and those of rules that speak for its Services. A file too many costs time, one too few would
 * show what is no longer true.
 */

import { inNamespace } from "../../mesh/by-namespace.ts";
import { type Call, callingNamespaces } from "../../mesh/callers/call.ts";
import { callIndex, grouped } from "../../mesh/callers/call-index.ts";
import { targetNamespace } from "../../mesh/callers/target.ts";
import { remembered } from "../../mesh/memo.ts";
import type { Mesh } from "../../mesh/mesh.ts";
import type { Meta } from "../../mesh/resources/meta.ts";
import type { Resource } from "../../mesh/resources/resource.ts";
import type { Change } from "../../mesh/snapshot/edit.ts";
import type { Workload } from "../../mesh/workload.ts";
import { reachOf } from "./reach.ts";
import { leadingTo, rulesFor, secretRules } from "./rules.ts";

export type FilesIn = (namespace: string) => Iterable<string>;

/** Asked of the snapshot before the change and of the one after it, both together tell. */
export function dependentsOn(mesh: Mesh, change: Change, filesIn: FilesIn): ReadonlySet<string> | "all" {
  const objects = [...change.gone, ...change.come];
  if (objects.length === 0) return new Set();
  const namespaces = new Set<string>();
  for (const object of objects) {
    const reach = reachOf(mesh, object);
    if (reach === "all") return "all";
    for (const namespace of reach) namespaces.add(namespace);
  }
  return ofNamespaces(mesh, namespaces, objects.every(isPolicy) ? "callers" : "both ends", filesIn);
}

/** A policy has a say where calls arrive. Everything else also decides how those leave that start there. */
function ofNamespaces(
  mesh: Mesh,
  namespaces: ReadonlySet<string>,
  ends: "callers" | "both ends",
  filesIn: FilesIn,
): ReadonlySet<string> {
  const uris = new Set<string>(filesIn(mesh.config.rootNamespace));
  const add = (more: Iterable<string>) => {
    for (const uri of more) uris.add(uri);
  };
  const index = callIndex(mesh);
  for (const namespace of withLeading(mesh, namespaces)) {
    add(filesIn(namespace));
    add(rulesFor(mesh, namespace));
    for (const call of callsInto(mesh, namespace)) add(urisOf(call));
    if (ends === "callers") continue;
    for (const call of [...callsInto(mesh, namespace), ...callsFrom(mesh, namespace)]) {
      add(urisOf(call));
      for (const workload of index.reachedBy(call)) add(filesIn(workload.namespace));
    }
  }
  if (ends === "both ends") add(secretRules(mesh));
  return uris;
}

/** A route makes what is said of one namespace's Services depend on another's pods. */
function withLeading(mesh: Mesh, namespaces: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...namespaces].flatMap((namespace) => [namespace, ...leadingTo(mesh, namespace)]));
}

function callsInto(mesh: Mesh, namespace: string): readonly Call[] {
  const index = callIndex(mesh);
  const named = byTarget(index.calls).get(namespace) ?? [];
  return [...named, ...inNamespace(mesh.workloads, namespace).flatMap(index.to)];
}

function callsFrom(mesh: Mesh, namespace: string): readonly Call[] {
  return bySource(callIndex(mesh).calls).get(namespace) ?? [];
}

const byTarget = remembered((calls: readonly Call[]) => Map.groupBy(calls, ({ target }) => targetNamespace(target)));

const bySource = remembered((calls: readonly Call[]) => grouped(calls, ({ caller }) => callingNamespaces(caller)));

function urisOf({ caller, evidence }: Call): readonly string[] {
  const callers = caller.type === "workload" ? [caller.workload] : caller.type === "gateway" ? caller.workloads : [];
  return [...evidence.map(({ place }) => place.object), ...callers.flatMap(objectsOf)].map(({ source }) => source.uri);
}

function objectsOf({ object, replicas }: Workload): readonly Meta[] {
  return [object, ...replicas.map(({ pod }) => pod)].filter((each) => each !== undefined);
}

function isPolicy(object: Resource): boolean {
  return object.form === "known" && object.kind === "PeerAuthentication";
}
