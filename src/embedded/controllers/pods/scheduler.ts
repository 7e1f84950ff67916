/** Gives a pod that has no node the first that fits. Kubernetes: pkg/scheduler/schedule_one.go, plugins nodeaffinity, nodeunschedulable. */
import type { Node, Pod, PodSpec } from "../../api/shapes.ts";
import { type Cluster, isEnding, keyOf, kindOf, listed, writeStatus } from "../cluster.ts";
import type { Controller } from "../reconciler.ts";
import { withCondition } from "./condition.ts";

const COMPONENT = "default-scheduler";

export function scheduler(cluster: Cluster): Controller {
  const kind = kindOf(cluster, "", "Pod");
  const nodes = kindOf(cluster, "", "Node");
  const unplaced = () => listed<Pod>(cluster, kind).filter((pod) => pod.spec.nodeName === undefined);
  return {
    name: COMPONENT,
    kind,
    watches: [{ kind: nodes, concerns: () => unplaced().map(keyOf) }],
    reconcile(object) {
      const pod = object as Pod;
      if (pod.spec.nodeName !== undefined || isEnding(pod)) return undefined;
      const all = listed<Node>(cluster, nodes);
      const node = all.find((each) => fits(pod.spec, each));
      if (node === undefined) refuse(cluster, pod, all.length);
      else bind(cluster, pod, node.metadata.name);
      return undefined;
    },
  };
}

export function fits({ nodeSelector = {} }: PodSpec, { metadata, spec }: Node): boolean {
  const labels = metadata.labels ?? {};
  return spec?.unschedulable !== true && Object.entries(nodeSelector).every(([key, value]) => labels[key] === value);
}

function bind(cluster: Cluster, pod: Pod, node: string): void {
  const kind = kindOf(cluster, "", "Pod");
  const conditions = withCondition(pod.status?.conditions, { type: "PodScheduled", status: "True" });
  cluster.resources.update(
    kind,
    keyOf(pod),
    { ...pod, spec: { ...pod.spec, nodeName: node }, status: { ...pod.status, conditions } },
    { subresource: "binding" },
  );
  const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${node}`;
  cluster.events.record(kind, pod, { type: "Normal", reason: "Scheduled", message, component: COMPONENT });
}

function refuse(cluster: Cluster, pod: Pod, nodes: number): void {
  const kind = kindOf(cluster, "", "Pod");
  const message =
    nodes === 0
      ? "no nodes available to schedule pods"
      : `0/${nodes} nodes are available: ${nodes} node(s) didn't match Pod's node affinity/selector. ` +
        `preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
  const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message } as const;
  const conditions = withCondition(pod.status?.conditions, condition);
  if (conditions === pod.status?.conditions) return;
  writeStatus(cluster, kind, pod, { ...pod.status, conditions });
  cluster.events.record(kind, pod, { type: "Warning", reason: "FailedScheduling", message, component: COMPONENT });
}
