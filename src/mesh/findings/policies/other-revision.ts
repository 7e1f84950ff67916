/** MTLS018: a policy for a revision of Istio that configures none of the pods that it is for. */

import { isForRevision, revisionOf } from "../../control-plane.ts";
import { isInjector } from "../../membership/webhooks.ts";
import { remembered } from "../../memo.ts";
import type { Mesh } from "../../mesh.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import { matchedWorkloads } from "../../verdict/impact.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";
import { nearest } from "../nearest.ts";

export interface OtherRevision extends Marked {
  readonly code: "MTLS018";
  readonly policy: PeerAuthentication;
  readonly revision: string;
  /** Revisions of the pods. */
  readonly others: readonly string[];
  /** The revision or tag that was meant, where one is near enough. */
  readonly meant?: string;
}

const REVISION = "istio.io/rev";

export const otherRevision: Check<OtherRevision> = {
  code: "MTLS018",
  says: "A PeerAuthentication is labelled for a revision of Istio that none of its pods has.",
  severity: "warning",
  check: ({ mesh, ...context }) => policiesOf({ mesh, ...context }).flatMap((policy) => finding(mesh, policy)),
};

/** Tags stand in the injectors' webhooks, and the revision of a pod in its annotation: without both nothing is certain. */
function finding(mesh: Mesh, policy: PeerAuthentication): readonly OtherRevision[] {
  const revision = policy.labels[REVISION];
  const served = servedRevisions(mesh.webhooks);
  if (revision === undefined || served.length === 0) return [];
  const pods = matchedWorkloads(mesh, policy).flatMap(({ replicas }) => replicas);
  const certain = pods.every(({ annotations, membership }) => membership.known && Object.hasOwn(annotations, REVISION));
  if (
    pods.length === 0 ||
    !certain ||
    pods.some((pod) => isForRevision(mesh, policy, revisionOf(mesh, pod.annotations)))
  )
    return [];
  const others = [...new Set(pods.map((pod) => revisionOf(mesh, pod.annotations)))].toSorted();
  const meant = nearestRevision(revision, [...others, ...served]);
  return [
    {
      code: "MTLS018",
      at: { object: policy, pointer: "/metadata/labels/istio.io~1rev" },
      part: "value",
      policy,
      revision,
      others,
      ...(meant === undefined ? {} : { meant }),
    },
  ];
}

/** Revisions and tags of the injectors in view. */
export const servedRevisions = remembered((webhooks: Mesh["webhooks"]): readonly string[] => {
  const names = webhooks
    .filter(isInjector)
    .flatMap(({ labels }) => [labels[REVISION] ?? [], labels["istio.io/tag"] ?? []]);
  return [...new Set(names.flat())];
});

/** Another version is no misspelling. */
export function nearestRevision(revision: string, candidates: readonly string[]): string | undefined {
  const letters = (text: string) => text.replaceAll(/\d/g, "");
  return nearest(
    revision,
    candidates.filter((each) => letters(each) !== letters(revision)),
  );
}
