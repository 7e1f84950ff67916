/** The tree *Mesh*: namespaces with their workloads, these with their ports, and those with their callers. */
import { modeSetAt } from "../../mesh/answer.ts";
import { inNamespace } from "../../mesh/by-namespace.ts";
import { callerKey } from "../../mesh/callers/call.ts";
import { remembered } from "../../mesh/memo.ts";
import { modeOf } from "../../mesh/server/mode.ts";
import { arrivalsIn } from "../../mesh/verdict/at-workload.ts";
import type { Arrival } from "../../mesh/verdict/verdict.ts";
import { clauses } from "../words/list.ts";
import * as words from "../words/tree.ts";
import { modeByText } from "../words/workload.ts";
import { idUnder, ROOT, type TreeInput, type TreeNode } from "./node.ts";
import { nameOf, node } from "./rows.ts";
import { compare, isProxied, workloadNodes } from "./workloads.ts";

export function meshTree(input: TreeInput): readonly TreeNode[] {
  return namespacesOf(input).map((namespace) => namespaceNode(input, namespace));
}

/** Distinct callers that break somewhere: the number on the container's icon. */
export function brokenCallers(input: TreeInput): number {
  return new Set(namespacesOf(input).flatMap((namespace) => brokenIn(input, namespace))).size;
}

/** Namespaces without workloads have nothing to show here. */
function namespacesOf({ mesh }: TreeInput): readonly string[] {
  return [...new Set(mesh.workloads.map(({ namespace }) => namespace))].toSorted(compare);
}

function brokenIn({ mesh }: TreeInput, namespace: string): readonly string[] {
  return brokenAmong(arrivalsIn(mesh, namespace));
}

const brokenAmong = remembered((arrivals: readonly Arrival[]): readonly string[] => {
  const broken = arrivals.filter(({ verdict }) => verdict.outcome === "breaks");
  return [...new Set(broken.map(({ call }) => callerKey(call.caller)))];
});

function namespaceNode(input: TreeInput, namespace: string): TreeNode {
  const { mesh } = input;
  const id = idUnder(ROOT, namespace);
  // As for a pod that no selector takes in.
  const answer = modeOf(mesh, { namespace, labels: {} });
  const object = mesh.namespaces.get(namespace);
  const mode = answer.known ? modeByText(answer.mode, answer.origin) : words.modeUnknown(answer.missing);
  const injection = words.injectionText(object?.labels ?? mesh.statedLabels.get(namespace));
  return node(input, {
    id,
    places: () => ({ manifest: nameOf(object), decider: answer.known ? modeSetAt(answer.origin) : undefined }),
    children: () => workloadNodes(input, id, namespace),
    tooltip: () => [`Namespace ${namespace}`, mode, membershipOf(input, namespace), injection],
    say() {
      const broken = brokenIn(input, namespace).length;
      return {
        label: namespace,
        description: clauses(words.brokenCallersText(broken), mode, membershipOf(input, namespace), injection),
        icon: broken > 0 ? "breaks" : "namespace",
        spoken: "namespace",
      };
    },
  });
}

function membershipOf({ mesh }: TreeInput, namespace: string): string {
  const workloads = inNamespace(mesh.workloads, namespace);
  const inMesh = workloads.filter(({ replicas }) => replicas.some(isProxied)).length;
  const unknown = workloads.filter(({ replicas }) => replicas.some(({ membership }) => !membership.known)).length;
  return words.inMeshText(inMesh, unknown, workloads.length);
}
