/** A DaemonSet has one pod on every node that fits. Kubernetes: pkg/controller/daemon/daemon_controller.go. */
import type { Kind } from "../../api/kinds/kind.ts";
import type { DaemonSet, Node, Pod } from "../../api/shapes.ts";
import { type Cluster, isEnding, keyOf, kindOf, listed, writeStatus } from "../cluster.ts";
import { hasEnded, isReady } from "../pods/condition.ts";
import { createPod, deletePod } from "../pods/create.ts";
import { concerned, ownedPods } from "../pods/owned.ts";
import { fits } from "../pods/scheduler.ts";
import type { Controller } from "../reconciler.ts";
import { templateHash } from "./hash.ts";
import { counted } from "./replica-sets.ts";

const COMPONENT = "daemonset-controller";
const REVISION = "controller-revision-hash";

export function daemonSets(cluster: Cluster): Controller {
  const kind = kindOf(cluster, "apps", "DaemonSet");
  const nodes = kindOf(cluster, "", "Node");
  return {
    name: COMPONENT,
    kind,
    watches: [
      { kind: kindOf(cluster, "", "Pod"), concerns: concerned(cluster, kind) },
      { kind: nodes, concerns: () => cluster.resources.list(kind).map(keyOf) },
    ],
    reconcile(object) {
      const set = object as DaemonSet;
      const revision = templateHash(set.spec.template);
      const wanted = listed<Node>(cluster, nodes).filter((node) => fits(set.spec.template.spec, node));
      if (!isEnding(set)) act(cluster, kind, set, wanted, revision);
      const pods = ownedPods(cluster, kind, set).filter((pod) => !isEnding(pod));
      const ready = pods.filter(isReady).length;
      writeStatus(cluster, kind, set, {
        currentNumberScheduled: pods.length,
        numberMisscheduled: 0,
        desiredNumberScheduled: wanted.length,
        numberReady: ready,
        observedGeneration: set.metadata.generation ?? 1,
        ...counted("updatedNumberScheduled", pods.filter((pod) => revisionOf(pod) === revision).length),
        ...counted("numberAvailable", ready),
        ...counted("numberUnavailable", wanted.length - ready),
      });
      return undefined;
    },
  };
}

function act(cluster: Cluster, kind: Kind, set: DaemonSet, nodes: readonly Node[], revision: string): void {
  const pods = ownedPods(cluster, kind, set);
  for (const { metadata } of nodes) {
    const here = pods.filter((pod) => pod.spec.nodeName === metadata.name);
    if (here.length === 0) {
      createPod(cluster, COMPONENT, kind, set, set.spec.template, {
        labels: { [REVISION]: revision, "pod-template-generation": String(set.metadata.generation ?? 1) },
        spec: { nodeName: metadata.name },
      });
    }
  }
  const stale = pods.find((pod) => isStale(set, nodes, pod, revision) && !isEnding(pod));
  const isBusy = pods.some((pod) => isEnding(pod) || (!isReady(pod) && !hasEnded(pod)));
  if (stale !== undefined && (!isBusy || hasEnded(stale))) deletePod(cluster, COMPONENT, kind, set, stale);
}

function isStale({ spec }: DaemonSet, nodes: readonly Node[], pod: Pod, revision: string): boolean {
  if (hasEnded(pod) || !nodes.some(({ metadata }) => metadata.name === pod.spec.nodeName)) return true;
  return spec.updateStrategy.type === "RollingUpdate" && revisionOf(pod) !== revision;
}

function revisionOf({ metadata }: Pod): string | undefined {
  return metadata.labels?.[REVISION];
}
