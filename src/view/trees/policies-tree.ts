/** The tree *Policies*: the root namespace, which speaks for the mesh, then the others; what each policy governs. */
import { inNamespace } from "../../mesh/by-namespace.ts";
import type { DestinationRule, PeerAuthentication } from "../../mesh/resources/istio.ts";
import { hasSelector } from "../../mesh/server/policy.ts";
import { policyImpact } from "../../mesh/verdict/impact.ts";
import type { Workload } from "../../mesh/workload.ts";
import { noteworthy } from "../lenses/outcomes.ts";
import { policyText } from "../lenses/policy-lens.ts";
import { nameFrom } from "../words/call.ts";
import { clauses } from "../words/list.ts";
import { namespaceAssumed, policyName } from "../words/policy.ts";
import * as words from "../words/tree.ts";
import { countsOf } from "./callers.ts";
import { idOfObject, idUnder, ROOT, type TreeInput, type TreeNode } from "./node.ts";
import { nameOf, node } from "./rows.ts";
import { ruleNode } from "./rule-node.ts";
import { compare } from "./workloads.ts";

export function policiesTree(input: TreeInput): readonly TreeNode[] {
  const { policies, destinationRules, config } = input.mesh;
  const all = new Set([...policies, ...destinationRules].map(({ namespace }) => namespace));
  const isRoot = (namespace: string) => Number(namespace !== config.rootNamespace);
  return [...all]
    .toSorted((a, b) => isRoot(a) - isRoot(b) || compare(a, b))
    .map((namespace) => scopeNode(input, namespace));
}

function scopeNode(input: TreeInput, namespace: string): TreeNode {
  const { mesh } = input;
  const id = idUnder(ROOT, namespace);
  const policies = inNamespace(mesh.policies, namespace);
  const rules = inNamespace(mesh.destinationRules, namespace);
  const scope = namespace === mesh.config.rootNamespace ? words.WHOLE_MESH : undefined;
  const what = clauses(scope, words.policiesText(policies.length, rules.length));
  return node(input, {
    id,
    places: () => ({ manifest: nameOf(mesh.namespaces.get(namespace)) }),
    tooltip: () => [`Namespace ${namespace}`, what],
    children: () => [
      ...wideFirst(policies).map((policy) => policyNode(input, id, policy)),
      ...byName(rules).map((rule) => ruleNode(input, id, rule)),
    ],
    say: () => ({
      label: namespace,
      description: what,
      icon: scope === undefined ? "namespace" : "scope",
      spoken: "namespace",
    }),
  });
}

function wideFirst(policies: readonly PeerAuthentication[]): readonly PeerAuthentication[] {
  return byName(policies).toSorted((a, b) => Number(hasSelector(a)) - Number(hasSelector(b)));
}

function byName<Object extends PeerAuthentication | DestinationRule>(objects: readonly Object[]): readonly Object[] {
  return objects.toSorted((a, b) => compare(a.name, b.name));
}

function policyNode(input: TreeInput, parent: string, policy: PeerAuthentication): TreeNode {
  const id = idOfObject(parent, policy);
  const impact = () => policyImpact(input.mesh, policy);
  return node(input, {
    id,
    places: () => ({ manifest: nameOf(policy) }),
    tooltip: () => [`PeerAuthentication ${policyName(policy)}`, policyText(input, impact()), namespaceAssumed(policy)],
    children: () => impact().governed.map(({ workload, mode }) => governedNode(input, id, policy, workload, mode)),
    say() {
      const { governed, missing, breaks } = impact();
      const idle = governed.length === 0 && missing.length === 0;
      return {
        label: policy.name,
        description: policyText(input, impact()),
        icon: idle ? "idle" : breaks.length > 0 ? "breaks" : "policy",
        spoken: "PeerAuthentication",
        muted: idle,
      };
    },
  });
}

function governedNode(
  input: TreeInput,
  parent: string,
  policy: PeerAuthentication,
  workload: Workload,
  mode: string,
): TreeNode {
  const arrivals = policyImpact(input.mesh, policy).arrivals.filter((arrival) => arrival.workload === workload);
  const counts = countsOf(noteworthy(arrivals), workload.namespace);
  const label = nameFrom(policy.namespace, workload);
  const description = words.withCallers(counts, mode);
  return node(input, {
    id: idUnder(parent, `${workload.kind} ${workload.namespace}/${workload.name}`),
    places: () => ({ manifest: nameOf(workload.object ?? workload.replicas[0]?.pod) }),
    tooltip: () => [`${workload.kind} ${workload.namespace}/${workload.name}`, description],
    say: () => ({
      label,
      description,
      icon: counts.breaks > 0 ? "breaks" : "in-mesh",
      spoken: workload.kind,
    }),
  });
}
