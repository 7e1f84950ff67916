/** Which PeerAuthentications speak for a pod, at which level, and which of one level counts. */

import type { Overruled } from "../answer.ts";
import { inNamespace } from "../by-namespace.ts";
import { isForRevision, revisionOf } from "../control-plane.ts";
import { gapsAt } from "../gaps.ts";
import { hasLabels } from "../labels.ts";
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import type { PeerAuthentication } from "../resources/istio.ts";
import type { Labels } from "../resources/meta.ts";

export type PolicyLevel = "mesh" | "namespace" | "workload";

/** A pod as policies see it: its labels, its namespace, and the revision of the istiod that configures its proxy. */
export interface Subject {
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations?: Labels;
}

export interface Winner {
  readonly policy: PeerAuthentication;
  readonly overruled: readonly Overruled[];
}

/**
 * Without a selector, or with one that names no label, a policy is for the mesh in the root namespace and for its
 * namespace elsewhere. With labels it is for workloads of its namespace, and in the root namespace it is ignored.
 * Istio: pilot/pkg/model/authentication.go getConfigsForWorkload, policy_applier.go ComposePeerAuthentication.
 */
export function levelOf(mesh: Mesh, policy: PeerAuthentication): PolicyLevel | "ignored-root-selector" {
  const inRoot = policy.namespace === mesh.config.rootNamespace;
  if (hasSelector(policy)) return inRoot ? "ignored-root-selector" : "workload";
  return inRoot ? "mesh" : "namespace";
}

export function hasSelector(policy: PeerAuthentication): boolean {
  return Object.keys(policy.selector ?? {}).length > 0;
}

/** All labels of the selector stand on the pod with the same value. Istio: pkg/config/labels SubsetOf. */
export function selects(policy: PeerAuthentication, labels: Labels): boolean {
  return hasLabels(labels, policy.selector ?? {});
}

/** Every policy that speaks for the pod at this level, the one that counts first: the oldest, by name if equally old. */
export function candidates(mesh: Mesh, subject: Subject, level: PolicyLevel): readonly PeerAuthentication[] {
  const revision = revisionOf(mesh, subject.annotations);
  const namespace = level === "mesh" ? mesh.config.rootNamespace : subject.namespace;
  return policiesIn(mesh, namespace).filter(
    (policy) =>
      levelOf(mesh, policy) === level &&
      isForRevision(mesh, policy, revision) &&
      (level !== "workload" || selects(policy, subject.labels)),
  );
}

/**
 * The oldest policy of a level counts wholly, its ports too; the others of that level have no say.
 * Istio: pilot/pkg/model/authentication.go addPeerAuthentication, policy_applier.go ComposePeerAuthentication.
 */
export function winner(mesh: Mesh, subject: Subject, level: PolicyLevel): Winner | undefined {
  const [policy, ...losers] = candidates(mesh, subject, level);
  if (policy === undefined) return undefined;
  return { policy, overruled: losers.map((loser) => ({ policy: loser, by: policy, why: whyFirst(policy, loser) })) };
}

/** Policies whose reach is not certain, and that would speak for the pod if they did reach it. */
export function uncertainPolicies(mesh: Mesh, subject: Subject): readonly PeerAuthentication[] {
  return [...new Set([subject.namespace, mesh.config.rootNamespace])].flatMap((namespace) =>
    ofUncertainReach(policiesIn(mesh, namespace)),
  );
}

const ofUncertainReach = remembered((policies: readonly PeerAuthentication[]) =>
  policies.filter(
    (policy) => gapsAt(policy, "/spec/selector", "/metadata/labels/istio.io~1rev", "/metadata/namespace").length > 0,
  ),
);

function policiesIn(mesh: Mesh, namespace: string): readonly PeerAuthentication[] {
  return inNamespace(mesh.policies, namespace);
}

function whyFirst(winner: PeerAuthentication, loser: PeerAuthentication): "older" | "name" {
  return (winner.created ?? "") === (loser.created ?? "") ? "name" : "older";
}
