/** How `kubectl get pods` sums up a pod. Kubernetes: pkg/printers/internalversion/printers.go printPod. */
import { at, mapOf, mapsOf, textOf } from "../../json.ts";
import type { Json, JsonMap, KubernetesObject } from "../../object.ts";
import type { PrinterColumn } from "../kind.ts";
import { AGE, age, column, NAME, text, wide } from "./column.ts";

export const POD: readonly PrinterColumn[] = [
  NAME,
  text("Ready", (pod) => {
    const { ready, total } = counts(pod);
    return `${ready}/${total}`;
  }),
  text("Status", phaseOf),
  column("Restarts", "string", restarts),
  AGE,
  wide("IP", (pod) => textOf(at(pod, "status", "podIP")) || "<none>"),
  wide("Node", (pod) => textOf(at(pod, "spec", "nodeName")) || "<none>"),
  wide("Nominated Node", (pod) => textOf(at(pod, "status", "nominatedNodeName")) || "<none>"),
  wide("Readiness Gates", readinessGates),
];

/** Sidecars are init containers that go on; they count like containers. */
function sidecarNames(pod: KubernetesObject): ReadonlySet<string> {
  const all = mapsOf(at(pod, "spec", "initContainers"));
  return new Set(all.filter(({ restartPolicy }) => restartPolicy === "Always").map(({ name }) => textOf(name)));
}

function statuses(pod: KubernetesObject, field: string): readonly JsonMap[] {
  return mapsOf(at(pod, "status", field));
}

function counted(pod: KubernetesObject): readonly JsonMap[] {
  const sidecars = sidecarNames(pod);
  const init = statuses(pod, "initContainerStatuses").filter(({ name }) => sidecars.has(textOf(name)));
  return [...init, ...statuses(pod, "containerStatuses")];
}

function counts(pod: KubernetesObject) {
  const total = mapsOf(at(pod, "spec", "containers")).length + sidecarNames(pod).size;
  const up = counted(pod).filter(
    ({ ready, state, started }) => (ready === true && mapOf(state).running) || (ready === true && started === true),
  );
  return { ready: up.length, total };
}

function restarts(pod: KubernetesObject, now: number): string {
  const all = counted(pod);
  const sum = all.reduce((total, { restartCount }) => total + Number(restartCount ?? 0), 0);
  const last = all
    .map((each) => textOf(at(each, "lastState", "terminated", "finishedAt")))
    .filter((time) => time !== "");
  const newest = last.sort().at(-1);
  return sum === 0 || newest === undefined ? String(sum) : `${sum} (${age(newest, now)} ago)`;
}

function phaseOf(pod: KubernetesObject): string {
  const deleted = pod.metadata.deletionTimestamp !== undefined;
  if (deleted) return textOf(at(pod, "status", "reason")) === "NodeLost" ? "Unknown" : "Terminating";
  const base = textOf(at(pod, "status", "reason")) || textOf(at(pod, "status", "phase")) || "Pending";
  return initPhase(pod) ?? containerPhase(pod, base);
}

function initPhase(pod: KubernetesObject): string | undefined {
  const all = statuses(pod, "initContainerStatuses");
  const total = mapsOf(at(pod, "spec", "initContainers")).length;
  const sidecars = sidecarNames(pod);
  for (const [index, status] of all.entries()) {
    const { terminated, waiting } = mapOf(status.state);
    if (mapOf(terminated).exitCode === 0) continue;
    if (sidecars.has(textOf(status.name)) && status.started === true) continue;
    if (terminated) return `Init:${textOf(mapOf(terminated).reason) || `ExitCode:${mapOf(terminated).exitCode}`}`;
    const reason = textOf(mapOf(waiting).reason);
    return reason !== "" && reason !== "PodInitializing" ? `Init:${reason}` : `Init:${index}/${total}`;
  }
  return undefined;
}

function containerPhase(pod: KubernetesObject, base: string): string {
  let phase = base;
  let running = false;
  for (const status of [...statuses(pod, "containerStatuses")].reverse()) {
    const { terminated, waiting, running: runs } = mapOf(status.state);
    const reason = textOf(mapOf(waiting).reason) || textOf(mapOf(terminated).reason);
    if (reason !== "") phase = reason;
    else if (terminated) phase = `ExitCode:${mapOf(terminated).exitCode}`;
    else if (status.ready === true && runs) running = true;
  }
  const ready = mapsOf(at(pod, "status", "conditions")).some(
    ({ type, status }) => type === "Ready" && status === "True",
  );
  if (phase === "Completed" && running) return ready ? "Running" : "NotReady";
  return phase;
}

function readinessGates(pod: KubernetesObject): string {
  const gates = mapsOf(at(pod, "spec", "readinessGates"));
  if (gates.length === 0) return "<none>";
  const conditions = mapsOf(at(pod, "status", "conditions"));
  const met = gates.filter(({ conditionType }: { readonly conditionType?: Json }) =>
    conditions.some(({ type, status }) => type === conditionType && status === "True"),
  );
  return `${met.length}/${gates.length}`;
}
