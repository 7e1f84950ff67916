/** The workloads of one namespace: whether they are in the mesh, their mode, and how their callers arrive. */
import { modeSetAt } from "../../mesh/answer.ts";
import { inNamespace } from "../../mesh/by-namespace.ts";
import type { Mesh } from "../../mesh/mesh.ts";
import { enforcedMode, isEnforcing } from "../../mesh/server/enforced.ts";
import { arrivalsAt, rememberedByArrivals } from "../../mesh/verdict/at-workload.ts";
import type { Replica, Workload } from "../../mesh/workload.ts";
import { isRoutine, noteworthy } from "../lenses/outcomes.ts";
import { portsUnlike, workloadText } from "../lenses/workload-lens.ts";
import { routineText } from "../words/hover.ts";
import * as words from "../words/tree.ts";
import { changesOnRestart, portModesText } from "../words/workload.ts";
import { countsOf } from "./callers.ts";
import { idOfObject, idUnder, ROOT, type TreeIcon, type TreeInput, type TreeNode, type TreeRow } from "./node.ts";
import { portNodes } from "./ports.ts";
import { nameOf, node } from "./rows.ts";

export function workloadNodes(input: TreeInput, parent: string, namespace: string): readonly TreeNode[] {
  return inNamespace(input.mesh.workloads, namespace)
    .toSorted((a, b) => compare(a.name, b.name) || compare(a.kind, b.kind))
    .map((workload) => ({
      ...workloadNode(input, parent, workload),
      row: () => keptRow(input.mesh, parent, workload),
    }));
}

/** An edit elsewhere leaves the rows of a namespace as they were. */
function keptRow(mesh: Mesh, parent: string, workload: Workload): TreeRow {
  const rows = rowsOf(mesh, inNamespace(mesh.workloads, workload.namespace));
  return rows.get(workload) ?? bareRow(mesh, parent, workload);
}

const rowsOf = rememberedByArrivals(
  (mesh, workloads): ReadonlyMap<Workload, TreeRow> =>
    new Map(workloads.map((workload) => [workload, bareRow(mesh, idUnder(ROOT, workload.namespace), workload)])),
);

/** Rows name no place in a text. */
function bareRow(mesh: Mesh, parent: string, workload: Workload): TreeRow {
  return workloadNode({ mesh, locate: () => undefined }, parent, workload).row();
}

function workloadNode(input: TreeInput, parent: string, workload: Workload): TreeNode {
  const { mesh } = input;
  const id = idOfObject(parent, workload);
  return node(input, {
    id,
    places() {
      const replica = workload.replicas.find(isEnforcing);
      const answer = replica && enforcedMode(mesh, replica);
      return {
        manifest: nameOf(workload.object ?? workload.replicas[0]?.pod),
        decider: answer?.known ? modeSetAt(answer.origin) : undefined,
      };
    },
    children: () => portNodes(input, id, workload),
    tooltip() {
      const routine = arrivalsAt(mesh, workload).filter(isRoutine).length;
      return [
        `${workload.kind} ${workload.namespace}/${workload.name}`,
        workloadText(mesh, workload),
        routine === 0 ? undefined : routineText(routine),
      ];
    },
    say() {
      const counts = countsOf(noteworthy(arrivalsAt(mesh, workload)), workload.namespace);
      return {
        label: workload.name,
        description: words.withCallers(counts, ...membershipWords(workload), modeText(mesh, workload)),
        icon: counts.breaks > 0 ? "breaks" : membershipIcon(workload),
        spoken: workload.kind,
      };
    },
  });
}

/** `STRICT (8080 PERMISSIVE)`; undefined where nothing enforces a mode. */
function modeText(mesh: Mesh, workload: Workload): string | undefined {
  const replica = workload.replicas.find(isEnforcing);
  const answer = replica && enforcedMode(mesh, replica);
  if (replica === undefined || answer === undefined) return undefined;
  const differing = answer.known ? portsUnlike(mesh, workload, replica, answer.mode) : [];
  return words.modeWord(answer) + portModesText(differing);
}

function membershipWords(workload: Workload): readonly string[] {
  const { replicas, afterRestart } = workload;
  const restart = needsRestart(workload) ? [words.RESTART_NEEDED] : [];
  const proxied = replicas.filter(isProxied).length;
  const mixed = proxied > 0 && proxied < replicas.length && replicas.every(({ membership }) => membership.known);
  if (mixed) return [words.podsText(proxied, replicas.length), words.RESTART_NEEDED];
  const worst = worstOf(workload);
  return [words.membershipWord(worst?.membership ?? afterRestart, worst?.spec.hostNetwork ?? false), ...restart];
}

function membershipIcon(workload: Workload): TreeIcon {
  const membership = worstOf(workload)?.membership ?? workload.afterRestart;
  if (!membership.known) return "unknown";
  if (needsRestart(workload)) return "restart";
  switch (membership.proxy) {
    case "gateway":
      return "gateway";
    case "sidecar":
      return "in-mesh";
    case "ztunnel":
      return "ambient";
    case "none":
      return "outside";
  }
}

function needsRestart({ replicas, afterRestart }: Workload): boolean {
  return replicas.some(({ membership }) => changesOnRestart(membership, afterRestart));
}

/** The first of which nothing is known, or the first. */
function worstOf({ replicas }: Workload): Replica | undefined {
  return replicas.find(({ membership }) => !membership.known) ?? replicas[0];
}

export function isProxied({ membership }: Replica): boolean {
  return membership.known && membership.proxy !== "none";
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
