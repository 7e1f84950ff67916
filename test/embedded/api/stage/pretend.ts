/** Pods that say they run, without running anything: for conversations about objects. */
import { mapOf, mapsOf } from "../../../../src/embedded/api/json.ts";
import type { JsonMap, KubernetesObject } from "../../../../src/embedded/api/object.ts";
import type { Mesh } from "./mesh.ts";

export function pretendToRun({ resources, kinds }: Mesh): () => void {
  const pods = kinds.byResource("", "pods");
  if (!pods) throw new Error("no pods");
  let last = 1;
  const run = (pod: KubernetesObject) => {
    const time = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const status = (container: JsonMap): JsonMap => ({
      containerID: `mesh://${pod.metadata.uid}`,
      image: container.image,
      imageID: "mesh://image",
      name: container.name,
      ready: true,
      restartCount: 0,
      started: true,
      state: { running: { startedAt: time } },
    });
    const conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map(
      (type) => ({ lastProbeTime: null, lastTransitionTime: time, status: "True", type }),
    );
    const spec = mapOf(pod.spec);
    const init = mapsOf(spec.initContainers);
    resources.update(
      pods,
      pod.metadata,
      {
        ...pod,
        status: {
          ...mapOf(pod.status),
          phase: "Running",
          conditions,
          containerStatuses: mapsOf(spec.containers).map(status),
          ...(init.length === 0 ? {} : { initContainerStatuses: init.map(status) }),
          hostIP: "10.66.0.1",
          podIP: `10.66.9.${++last}`,
          startTime: time,
        },
      },
      { subresource: "status" },
    );
  };
  const stop = resources.watch(pods, (event) => {
    if (event.type === "BOOKMARK" || event.type === "DELETED") return;
    const pod = event.object;
    setImmediate(() => {
      const current = resources.find(pods, pod.metadata);
      if (current === undefined || current.metadata.uid !== pod.metadata.uid) return;
      if (current.metadata.deletionTimestamp !== undefined) {
        resources.delete(pods, current.metadata, { gracePeriodSeconds: 0 });
      } else if (mapOf(current.spec).nodeName !== undefined && mapOf(current.status).phase === "Pending") run(current);
    });
  });
  return stop;
}
