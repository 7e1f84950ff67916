/** What one istiod sees of a snapshot: objects of discovered namespaces that are for its revision. */
import { selectorMatches } from "./labels.ts";
import { remembered } from "./memo.ts";
import type { Mesh } from "./mesh.ts";
import type { LabelSelector } from "./resources/core.ts";
import type { Labels, Meta } from "./resources/meta.ts";

/** Revision of an installation that was given no name. */
export const DEFAULT_REVISION = "default";

const REVISION = "istio.io/rev";

/**
 * Without selectors all namespaces are discovered; otherwise those that some selector matches. A namespace whose labels
 * are not known is taken as discovered. Istio: pkg/kube/namespace/filter.go.
 */
export function discovers(
  selectors: readonly LabelSelector[],
  labelsOf: (namespace: string) => Labels | undefined,
  namespace: string,
): boolean {
  if (selectors.length === 0 || namespace === "") return true;
  const labels = labelsOf(namespace);
  if (labels === undefined) return true;
  const all = { ...labels, "kubernetes.io/metadata.name": namespace };
  return selectors.some((selector) => selectorMatches(selector, all));
}

/** Without the label an object is for every revision; a tag stands for its revision. Istio: pkg/config/model.go LabelsInRevisionOrTags. */
export function isForRevision(mesh: Pick<Mesh, "revisionTags">, { labels }: Meta, revision: string): boolean {
  const wanted = labels[REVISION];
  return wanted === undefined || wanted === revision || mesh.revisionTags.get(wanted) === revision;
}

/** The injector writes the revision onto the pod; one without belongs to the revision that the snapshot is seen by. */
export function revisionOf(mesh: Mesh, annotations: Labels | undefined): string {
  return annotations?.[REVISION] ?? mesh.revision;
}

/**
 * The snapshot as the istiod of a revision sees it. Policies stay: they are chosen pod by pod.
 * Invariant: where no object names a revision, it is the same snapshot, with all that is remembered of it.
 */
export function asSeenBy(mesh: Mesh, revision: string): Mesh {
  return revision === mesh.revision && !namesRevisions(mesh) ? mesh : views(mesh)(revision);
}

const SHAPING = [
  "destinationRules",
  "backendPolicies",
  "virtualServices",
  "sidecars",
  "serviceEntries",
  "workloadEntries",
] as const;

function namesRevisions(mesh: Mesh): boolean {
  return SHAPING.some((kind) => namesAny(mesh[kind]));
}

const namesAny = remembered((objects: readonly Meta[]) =>
  objects.some(({ labels }) => Object.hasOwn(labels, REVISION)),
);

const views = remembered((mesh: Mesh) => {
  const known = new Map<string, Mesh>();
  return (revision: string): Mesh => {
    const seen = <Object extends Meta>(objects: readonly Object[]) =>
      objects.filter((object) => isForRevision(mesh, object, revision));
    const view: Mesh = known.get(revision) ?? {
      ...mesh,
      revision,
      destinationRules: seen(mesh.destinationRules),
      backendPolicies: seen(mesh.backendPolicies),
      virtualServices: seen(mesh.virtualServices),
      sidecars: seen(mesh.sidecars),
      serviceEntries: seen(mesh.serviceEntries),
      workloadEntries: seen(mesh.workloadEntries),
    };
    known.set(revision, view);
    return view;
  };
});
