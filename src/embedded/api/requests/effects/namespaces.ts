/**
 * A namespace that is deleted takes its content with it, and goes when nothing is left.
 * Kubernetes: pkg/controller/namespace/deletion/namespaced_resources_deleter.go.
 */

import { mapOf, mapsOf, textOf } from "../../json.ts";
import { type Kind, resourceName } from "../../kinds/kind.ts";
import type { JsonMap, KubernetesObject } from "../../object.ts";
import { timestamp } from "../../timestamp.ts";
import { builtIn, type Context } from "../context.ts";
import { deleteObject } from "../delete.ts";

/** Deletes what is in a namespace that ends; removes the namespace, or says in its status what remains. */
export function endNamespace(context: Context, name: string): void {
  const namespaces = builtIn(context, "", "namespaces");
  const namespace = context.store.get(namespaces, { name });
  if (namespace?.metadata.deletionTimestamp === undefined) return;
  for (const [kind, { metadata }] of contentOf(context, name)) {
    // The end of one may have taken others with it.
    const object = context.store.get(kind, metadata);
    if (object && object.metadata.deletionTimestamp === undefined) {
      deleteObject(context, kind, metadata, { propagation: "Background" });
    }
  }
  const rest = contentOf(context, name);
  const current = context.store.get(namespaces, { name });
  if (!current) return;
  if (rest.length === 0) {
    context.store.remove(namespaces, { name });
    return;
  }
  const conditions = conditionsOf(rest, timestamp(context.now()));
  if (sameConditions(conditions, mapsOf(mapOf(current.status).conditions))) return;
  context.store.put(namespaces, { ...current, status: { ...mapOf(current.status), phase: "Terminating", conditions } });
}

type Content = readonly (readonly [Kind, KubernetesObject])[];

function contentOf({ kinds, store }: Context, namespace: string): Content {
  const namespaced = kinds.all().filter((kind) => kind.namespaced);
  return namespaced.flatMap((kind) => store.list(kind, namespace).map((object) => [kind, object] as const));
}

function conditionsOf(rest: Content, lastTransitionTime: string): readonly JsonMap[] {
  const kinds = counted(rest.map(([kind]) => resourceName(kind)));
  const finalizers = counted(rest.flatMap(([, { metadata }]) => metadata.finalizers ?? []));
  const remaining = [...kinds].map(([name, count]) => `${name}. has ${count} resource instances`).join(", ");
  const held = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).join(", ");
  const condition = (type: string, holds: boolean, reason: string, message: string): JsonMap => ({
    lastTransitionTime,
    message,
    reason,
    status: holds ? "True" : "False",
    type,
  });
  return [
    condition(
      "NamespaceDeletionDiscoveryFailure",
      false,
      "ResourcesDiscovered",
      "All resources successfully discovered",
    ),
    condition(
      "NamespaceDeletionGroupVersionParsingFailure",
      false,
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ),
    condition(
      "NamespaceDeletionContentFailure",
      false,
      "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization",
    ),
    condition("NamespaceContentRemaining", true, "SomeResourcesRemain", `Some resources are remaining: ${remaining}`),
    held === ""
      ? condition(
          "NamespaceFinalizersRemaining",
          false,
          "ContentHasNoFinalizers",
          "All content-preserving finalizers finished",
        )
      : condition(
          "NamespaceFinalizersRemaining",
          true,
          "SomeFinalizersRemain",
          `Some content in the namespace has finalizers remaining: ${held}`,
        ),
  ];
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names.toSorted()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function sameConditions(a: readonly JsonMap[], b: readonly JsonMap[]): boolean {
  const text = (all: readonly JsonMap[]) =>
    all.map(({ type, message }) => `${textOf(type)} ${textOf(message)}`).join("\n");
  return text(a) === text(b);
}
