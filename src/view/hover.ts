/** Who decides, shown at a mode or at a workload's name. */
import type { PeerAuthentication } from "../mesh/resources/istio.ts";
import { sameRef, under } from "../mesh/resources/meta.ts";
import { arrivalsAt, callsBy } from "../mesh/verdict/at-workload.ts";
import { policyImpact } from "../mesh/verdict/impact.ts";
import type { Replica, Workload } from "../mesh/workload.ts";
import { callsMarkdown, type Section, sectionMarkdown } from "./hovers/chain.ts";
import { bold, plain } from "./hovers/markdown.ts";
import type { FileInput } from "./input.ts";
import { isRoutine, noteworthy } from "./lenses/outcomes.ts";
import { policyText } from "./lenses/policy-lens.ts";
import { portsShown } from "./lenses/ports.ts";
import type { Position, Range } from "./place.ts";
import { contains } from "./position.ts";
import { isTemplated } from "./problems/problems.ts";
import { morePorts, NO_POLICY_REACHES, routineText } from "./words/hover.ts";
import { membershipText } from "./words/workload.ts";

export interface HoverView {
  readonly range: Range;
  /** Markdown without HTML; links are plain `file:` links with a line fragment. */
  readonly markdown: string;
}

/** More would not fit a hover. */
const MOST_SECTIONS = 3;

export function hoverAt(input: FileInput, position: Position): HoverView | undefined {
  for (const object of input.objects) {
    if (object.form !== "known" || isTemplated(input, object)) continue;
    if (object.kind === "PeerAuthentication") {
      const found = policyHover(input, object, position);
      if (found !== undefined) return found;
      continue;
    }
    const workload = input.mesh.workloads.find((each) => sameRef(each, object));
    const range = workload === undefined ? undefined : rangeAt(input, object, "/metadata/name", position);
    if (workload !== undefined && range !== undefined) return { range, markdown: workloadMarkdown(input, workload) };
  }
  return undefined;
}

/** At the mode of the policy: every port that it governs; at an entry of portLevelMtls: that port. */
function policyHover(input: FileInput, policy: PeerAuthentication, position: Position): HoverView | undefined {
  const whole = rangeAt(input, policy, "/spec/mtls/mode", position);
  if (whole !== undefined) return { range: whole, markdown: policyMarkdown(input, policy, undefined) };
  for (const { port, at } of policy.ports) {
    const range = rangeAt(input, policy, at, position) ?? rangeAt(input, policy, under(at, "mode"), position);
    if (range !== undefined) return { range, markdown: policyMarkdown(input, policy, port) };
  }
  return undefined;
}

function policyMarkdown(input: FileInput, policy: PeerAuthentication, port: number | undefined): string {
  const impact = policyImpact(input.mesh, policy);
  const sections = impact.governed.flatMap(({ workload }) => sectionsOf(input, workload, port));
  return sections.length === 0 ? plain(policyText(input, impact)) : joined(input, sections);
}

function workloadMarkdown(input: FileInput, workload: Workload): string {
  const [first] = workload.replicas;
  const title = `${bold(workload.name)} · ${plain(membershipText(first?.membership ?? workload.afterRestart, workload.afterRestart))}`;
  const sections = sectionsOf(input, workload, undefined);
  const routine = arrivalsAt(input.mesh, workload).filter(isRoutine).length;
  const counted = routine === 0 ? [] : [routineText(routine)];
  if (sections.length > 0) return [title, joined(input, sections), ...counted].join("\n\n");
  const calls = noteworthy(callsBy(input.mesh, workload));
  const outside = first?.membership.known === true && first.membership.proxy === "none" ? [NO_POLICY_REACHES] : [];
  return [
    title,
    ...outside,
    ...(calls.length === 0 ? [] : [callsMarkdown(input, calls, workload.namespace)]),
    ...counted,
  ].join("\n\n");
}

function joined(input: FileInput, sections: readonly Section[]): string {
  const shown = sections.slice(0, MOST_SECTIONS).map((section) => sectionMarkdown(input, section));
  const more = sections.length - shown.length;
  return [...shown, ...(more > 0 ? [morePorts(more)] : [])].join("\n\n---\n\n");
}

/** The ports of a workload in the mesh, or the one asked for; all at once where no Service leads to any. */
function sectionsOf(input: FileInput, workload: Workload, port: number | undefined): readonly Section[] {
  const replica = workload.replicas.find(isSidecar);
  if (replica === undefined) return [];
  const shown = portsShown(input.mesh, workload);
  const wanted = port === undefined ? shown : shown.filter((each) => each.port === port);
  if (wanted.length === 0) return [{ workload, replica, port }];
  return wanted.map((each) => ({ workload, replica, ...each }));
}

function isSidecar({ membership }: Replica): boolean {
  return membership.known && membership.proxy === "sidecar";
}

function rangeAt(
  { uri, locate }: FileInput,
  object: PeerAuthentication | NonNullable<FileInput["objects"][number]>,
  pointer: string,
  position: Position,
): Range | undefined {
  const entry = locate(object, pointer, "entry");
  if (entry?.uri !== uri || !contains(entry.range, position)) return undefined;
  return locate(object, pointer, "value")?.range;
}
