/** Sentences about PeerAuthentications as a whole: what is wrong, then why or what to do. */
import type { AmbientDisable } from "../../../mesh/findings/policies/ambient-disable.ts";
import type { DisabledAboveStrict } from "../../../mesh/findings/policies/disabled-above-strict.ts";
import type { EmptySelector } from "../../../mesh/findings/policies/empty-selector.ts";
import type { ForGateways } from "../../../mesh/findings/policies/for-gateways.ts";
import type { GovernsNothing } from "../../../mesh/findings/policies/governs-nothing.ts";
import type { OtherRevision } from "../../../mesh/findings/policies/other-revision.ts";
import type { OverruledPolicy } from "../../../mesh/findings/policies/overruled.ts";
import type { PrunedField } from "../../../mesh/findings/policies/pruned-field.ts";
import type { RootSelector } from "../../../mesh/findings/policies/root-selector.ts";
import type { SetsNoMode } from "../../../mesh/findings/policies/sets-no-mode.ts";
import type { StraightToStrict } from "../../../mesh/findings/policies/straight-to-strict.ts";
import type { UnknownMode } from "../../../mesh/findings/policies/unknown-mode.ts";
import type { NotAPort } from "../../../mesh/findings/ports/not-a-port.ts";
import type { PeerAuthentication } from "../../../mesh/resources/istio.ts";
import { endsText, nameFrom } from "../call.ts";
import { listed } from "../list.ts";
import { labelsText, policyName, whyFirst } from "../policy.ts";

export function governsNothing({ policy, label, meant }: GovernsNothing): string {
  const none = `No pod in ${policy.namespace} has ${labelsText(policy.selector ?? {})}, so this policy governs no workload.`;
  return meant === undefined
    ? `${none} Change ${label.key}=${label.value} to labels that a pod has.`
    : `${none} Did you mean ${meant.key}=${meant.value}?`;
}

export function overruled({ overruled: lost }: OverruledPolicy): string {
  return `${policyName(lost.policy)} has no effect: ${policyName(lost.by)} decides for the same pods, ${whyFirst(lost)}. Istio takes one policy per level: merge the two, or delete one.`;
}

export function rootSelector({ policy }: RootSelector): string {
  return `Istio ignores this policy: in the root namespace ${policy.namespace} one with a selector has no effect. Move it to the namespace of the workloads, or remove the selector to set the mode of the whole mesh.`;
}

export function refused({ gap }: UnknownMode | NotAPort): string {
  return `The API server refuses this policy: ${gap.says}.`;
}

const SCOPES = {
  mesh: () => "every workload of the mesh",
  namespace: (namespace: string) => `every workload of namespace ${namespace}`,
} as const;

export function prunedField({ object, field, meant, widensTo }: PrunedField): string {
  const effect = widensTo === undefined ? "" : `, and the policy is then for ${SCOPES[widensTo](object.namespace)}`;
  const fix = meant === undefined ? `The fields here are ${listed(field.known, 8)}.` : `Did you mean ${meant}?`;
  return `${object.kind} has no field ${field.key} here: the API server drops it${effect}. ${fix}`;
}

export function disabledAboveStrict({ at, ends, above }: DisabledAboveStrict): string {
  return `Callers with a sidecar are refused by ${endsText(ends, at)}: ${policyName(above)} says DISABLE, which makes them send plaintext whatever this policy says. Set PERMISSIVE or STRICT there.`;
}

export function setsNoMode({ policy }: SetsNoMode): string {
  return `${policyName(policy)} has no effect: it sets no mode, so everything stays as it is without it. Set spec.mtls.mode, or delete the policy.`;
}

export function otherRevision({ policy, revision, others, meant }: OtherRevision): string {
  const none = `${policyName(policy)} has no effect: only the istiod of revision ${revision} reads it, and its pods have revision ${listed(others)}.`;
  return `${none} ${meant === undefined ? "Change the label, or remove it to let every revision read the policy." : `Did you mean ${meant}?`}`;
}

export function ambientDisable({ workloads }: AmbientDisable): string {
  const names = listed(workloads.map(({ name }) => name));
  return `DISABLE means PERMISSIVE for ${names}: ztunnel always takes mTLS too. Write PERMISSIVE to say what happens.`;
}

export function forGateways({ policy, workloads }: ForGateways): string {
  const names = workloads.map((workload) => nameFrom(policy.namespace, workload));
  return `This policy has no effect: ${listed(names)} ${names.length === 1 ? "is a gateway" : "are gateways"}, and what a gateway accepts stands in Gateway objects. Set tls.mode MUTUAL on a server there to ask clients for certificates.`;
}

export function emptySelector({ policy, scope }: EmptySelector): string {
  return `This selector names no label, so the policy is for ${SCOPES[scope](policy.namespace)}. Add the labels of the pods that are meant under matchLabels, or remove the selector.`;
}

export function straightToStrict({ policy }: StraightToStrict): string {
  return `${policyName(policy)} is in DISABLE in the cluster. Straight to STRICT, calls fail until every caller's sidecar has heard of it. Apply PERMISSIVE first, then STRICT.`;
}

export function disableRelated(policy: PeerAuthentication): string {
  return `${policyName(policy)} says DISABLE`;
}

export function deciderRelated({ overruled: { by } }: OverruledPolicy): string {
  return `${policyName(by)} decides`;
}
