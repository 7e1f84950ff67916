/** MTLS002: the selector of a policy matches no pod of its namespace, though pods of the namespace are in view. */
import { inNamespace } from "../../by-namespace.ts";
import { gapsAt } from "../../gaps.ts";
import type { Mesh } from "../../mesh.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import { type Labels, under } from "../../resources/meta.ts";
import { levelOf, selects } from "../../server/policy.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";
import { nearest } from "../nearest.ts";

export interface GovernsNothing extends Marked {
  readonly code: "MTLS002";
  readonly policy: PeerAuthentication;
  /** The one label whose change makes the selector match, where there is one near enough. */
  readonly meant?: { readonly key: string; readonly value: string };
  /** The label that no pod has. */
  readonly label: { readonly key: string; readonly value: string };
}

export const governsNothing: Check<GovernsNothing> = {
  code: "MTLS002",
  says: "The selector of a PeerAuthentication matches no pod of its namespace.",
  severity: "warning",
  check: (context) =>
    policiesOf(context)
      .filter((policy) => levelOf(context.mesh, policy) === "workload" && gapsAt(policy, "/spec/selector").length === 0)
      .flatMap((policy) => {
        const pods = podLabels(context.mesh, policy.namespace);
        if (pods.length === 0 || pods.some((labels) => selects(policy, labels))) return [];
        return finding(policy, pods);
      }),
};

function finding(policy: PeerAuthentication, pods: readonly Labels[]): readonly GovernsNothing[] {
  const wanted = Object.entries(policy.selector ?? {});
  const unmet = wanted.find(([key, value]) => !pods.some((labels) => labels[key] === value)) ?? wanted[0];
  if (unmet === undefined) return [];
  const [key, value] = unmet;
  const rest = wanted.filter(([other]) => other !== key);
  const reachable = pods.filter((labels) => rest.every(([name, text]) => labels[name] === text));
  const near = nearest(
    value,
    reachable.flatMap((labels) => labels[key] ?? []),
  );
  return [
    {
      code: "MTLS002",
      at: { object: policy, pointer: under("/spec/selector/matchLabels", key) },
      part: "value",
      policy,
      label: { key, value },
      ...(near === undefined ? {} : { meant: { key, value: near } }),
    },
  ];
}

/** Labels of every pod of a namespace, of today's and of those that a restart would make. */
function podLabels(mesh: Mesh, namespace: string): readonly Labels[] {
  return inNamespace(mesh.workloads, namespace).flatMap(({ replicas, template }) => [
    template.labels,
    ...replicas.map(({ labels }) => labels),
  ]);
}
