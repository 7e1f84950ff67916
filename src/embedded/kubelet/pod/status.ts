/** The status of a pod, from its containers. Kubernetes: pkg/kubelet/kubelet_pods.go generateAPIPodStatus, status/generate.go. */
import { createHash } from "node:crypto";
import type { JsonMap } from "../../api/object.ts";
import type { Condition } from "../../api/shapes.ts";
import type { ContainerState, ContainerView } from "../container/state.ts";
import { isSidecar, type Pod } from "./spec.ts";

export interface PodView {
  readonly ip: string;
  readonly nodeIp: string;
  readonly startedAt: number;
  readonly containers: readonly ContainerView[];
  readonly initContainers: readonly ContainerView[];
  /** All containers have ended for good. */
  readonly ended: "Succeeded" | "Failed" | undefined;
}

type Wanted = Omit<Condition, "lastTransitionTime">;

export function podStatus(pod: Pod, view: PodView): JsonMap {
  const { containers, initContainers, ip, nodeIp } = view;
  return {
    ...(pod.status as JsonMap | undefined),
    phase: phaseOf(pod, view),
    conditions: conditions(pod, view),
    hostIP: nodeIp,
    hostIPs: [{ ip: nodeIp }],
    podIP: ip,
    podIPs: [{ ip }],
    startTime: time(view.startedAt),
    ...(initContainers.length === 0 ? {} : { initContainerStatuses: initContainers.map(containerStatus) }),
    containerStatuses: containers.map(containerStatus),
  };
}

function phaseOf(pod: Pod, { ended, containers, initContainers }: PodView): string {
  if (ended !== undefined) return ended;
  const initialized = uninitialized(pod, initContainers).length === 0;
  const begun = containers.every(({ state, last }) => state.type !== "waiting" || last !== undefined);
  return initialized && begun ? "Running" : "Pending";
}

/** Init containers that the others still wait for. */
function uninitialized({ spec }: Pod, views: readonly ContainerView[]): readonly string[] {
  const done = (view: ContainerView) => {
    const container = spec.initContainers?.find(({ name }) => name === view.name);
    if (container && isSidecar(container)) return view.started;
    return view.state.type === "terminated" && view.state.exitCode === 0;
  };
  return views.filter((view) => !done(view)).map(({ name }) => name);
}

function conditions(pod: Pod, view: PodView): readonly JsonMap[] {
  const { initContainers, containers, ended } = view;
  const sidecars = initContainers.filter(({ name }) =>
    pod.spec.initContainers?.some((each) => each.name === name && isSidecar(each)),
  );
  const initializing = ended === "Succeeded" ? [] : uninitialized(pod, initContainers);
  const unready = [...sidecars, ...containers].filter(({ ready }) => !ready).map(({ name }) => name);
  const ready: Omit<Wanted, "type"> =
    ended !== undefined
      ? { status: "False", reason: ended === "Succeeded" ? "PodCompleted" : "PodFailed" }
      : unready.length > 0
        ? {
            status: "False",
            reason: "ContainersNotReady",
            message: `containers with unready status: [${unready.join(" ")}]`,
          }
        : { status: "True" };
  const initialized: Omit<Wanted, "type"> =
    initializing.length > 0
      ? {
          status: "False",
          reason: "ContainersNotInitialized",
          message: `containers with incomplete status: [${initializing.join(" ")}]`,
        }
      : { status: "True", ...(ended === "Succeeded" ? { reason: "PodCompleted" } : {}) };
  const wanted: readonly Wanted[] = [
    { type: "PodReadyToStartContainers", status: ended === undefined ? "True" : "False" },
    { type: "Initialized", ...initialized },
    { type: "Ready", ...ready },
    { type: "ContainersReady", ...ready },
    { type: "PodScheduled", status: "True" },
  ];
  return wanted.map((condition) => dated(pod, condition));
}

/** The time of transition changes with the status only. */
function dated({ status }: Pod, { type, ...rest }: Wanted): JsonMap {
  const before = status?.conditions?.find((each) => each.type === type);
  const lastTransitionTime =
    before?.status === rest.status && before.lastTransitionTime !== undefined
      ? before.lastTransitionTime
      : time(Date.now());
  return { type, lastTransitionTime, ...rest };
}

function containerStatus({ name, image, state, last, restarts, ready, started, id }: ContainerView): JsonMap {
  return {
    ...(id === undefined ? {} : { containerID: containerId(id) }),
    image: id === undefined ? image : wholeName(image),
    imageID:
      id === undefined
        ? ""
        : `${wholeName(image).replace(/:[^:/]*$/, "")}@sha256:${createHash("sha256").update(image).digest("hex")}`,
    lastState: last === undefined || last === state ? {} : stateOf(last),
    name,
    ready,
    resources: {},
    restartCount: restarts,
    started,
    state: stateOf(state),
  };
}

function stateOf(state: ContainerState): JsonMap {
  switch (state.type) {
    case "waiting":
      return { waiting: { ...(state.message === undefined ? {} : { message: state.message }), reason: state.reason } };
    case "running":
      return { running: { startedAt: time(state.startedAt) } };
    case "terminated": {
      const { exitCode, reason, startedAt, finishedAt, id } = state;
      return {
        terminated: {
          containerID: containerId(id),
          exitCode,
          finishedAt: time(finishedAt),
          reason,
          startedAt: time(startedAt),
        },
      };
    }
  }
}

function containerId(id: string): string {
  return `containerd://${id}`;
}

/** `busybox` is `docker.io/library/busybox:latest`. */
export function wholeName(image: string): string {
  const parts = image.split("/");
  const [first = ""] = parts;
  const hasRegistry = parts.length > 1 && /[.:]|^localhost$/.test(first);
  const named = hasRegistry ? image : `docker.io/${parts.length === 1 ? "library/" : ""}${image}`;
  return /:[^/]*$|@/.test(named) ? named : `${named}:latest`;
}

function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
