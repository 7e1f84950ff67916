/** Sentences about who is in the mesh, and who was meant to be. */
import type { BothLabels } from "../../../mesh/findings/membership/both-labels.ts";
import type { CannotTrigger } from "../../../mesh/findings/membership/cannot-trigger.ts";
import type { FalseLabel } from "../../../mesh/findings/membership/false-label.ts";
import type { HostNetwork } from "../../../mesh/findings/membership/host-network.ts";
import type { InjectionValue } from "../../../mesh/findings/membership/injection-value.ts";
import type { OverruledLabel } from "../../../mesh/findings/membership/overruled-label.ts";
import type { PlaintextLabel } from "../../../mesh/findings/membership/plaintext-label.ts";
import type { RestartNeeded } from "../../../mesh/findings/membership/restart-needed.ts";
import type { UnservedRevision } from "../../../mesh/findings/membership/unserved-revision.ts";
import { endsText } from "../call.ts";
import { listed } from "../list.ts";
import { modeByText } from "../workload.ts";

export function bothLabels({ namespace, injection, revision }: BothLabels): string {
  const who = injection === "enabled" ? "the default revision injects" : "nothing is injected";
  return `istio.io/rev: ${revision} does not count in ${namespace.name}: istio-injection: ${injection} stands beside it, so ${who}. Remove one of the two labels.`;
}

export function injectionValue({ namespace, value, meant }: InjectionValue): string {
  const none = `Nothing is injected in ${namespace.name}: istio-injection: ${value} works as disabled, since only enabled switches it on.`;
  return meant === undefined ? none : `${none} Did you mean ${meant}?`;
}

export function cannotTrigger({ workload }: CannotTrigger): string {
  return `${workload.name} gets no sidecar: the API server calls the injector by labels, and this annotation is none. Write sidecar.istio.io/inject: "true" as a label of the pods.`;
}

export function overruledLabel({ workload, label, injection }: OverruledLabel): string {
  return `${workload.name} gets no sidecar: istio-injection: ${injection} of namespace ${workload.namespace} counts before the label ${label} of the pods. Remove that label of the namespace to let pods choose.`;
}

export function unservedRevision({ revision, served, meant }: UnservedRevision): string {
  const none = `Nothing is injected: no injector in these files serves revision ${revision}. They serve ${listed(served, 5)}.`;
  return meant === undefined ? none : `${none} Did you mean ${meant}?`;
}

export function restartNeeded({ workload, outside, total }: RestartNeeded): string {
  const { name, kind } = workload;
  const all = total === 1 ? `The pod of ${name} runs` : `All ${total} pods of ${name} run`;
  const some = `${outside} of ${total} pods of ${name} ${outside === 1 ? "runs" : "run"}`;
  return `${outside === total ? all : some} without a sidecar. Pods made now get one: restart ${kind} ${name}.`;
}

export function hostNetwork({ workload }: HostNetwork): string {
  return `${workload.name} stays out of the mesh: a pod on the network of its node gets no proxy. It calls in plaintext, which STRICT refuses, and no PeerAuthentication protects it.`;
}

export function falseLabel({ at, ends }: FalseLabel): string {
  return `Callers with a sidecar fail at ${endsText(ends, at)}: this label makes them speak mTLS, and the pods have no sidecar. Remove the label: the injector sets it.`;
}

export function plaintextLabel({ at, ends, value, mode }: PlaintextLabel): string {
  return `Callers with a sidecar are refused by ${endsText(ends, at)}: tlsMode: ${value} makes them send plaintext, and ${modeByText(mode.mode, mode.origin)} takes mTLS only. Remove the label: the injector sets it to istio.`;
}
