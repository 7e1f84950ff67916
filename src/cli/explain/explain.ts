/** `explain`: who decides on each port of a workload, and how every known caller arrives. */
import type { ResourceRef } from "../../mesh/resources/meta.ts";
import { isEnforcing } from "../../mesh/server/enforced.ts";
import { arrivalsAt, callsBy } from "../../mesh/verdict/at-workload.ts";
import type { Arrival } from "../../mesh/verdict/verdict.ts";
import type { Workload } from "../../mesh/workload.ts";
import { isRoutine, noteworthy } from "../../view/lenses/outcomes.ts";
import { portsShown } from "../../view/lenses/ports.ts";
import { CALLERS, CALLS, NO_POLICY_REACHES, routineText } from "../../view/words/hover.ts";
import { clauses, listed } from "../../view/words/list.ts";
import { membershipText } from "../../view/words/workload.ts";
import { readState } from "../inputs/state.ts";
import { progressOn } from "../progress.ts";
import { unreadable } from "../report/unreadable.ts";
import { oneLine } from "../words.ts";
import { calledLines, callerLines, type Port, portLines, type Subject } from "./section.ts";

export interface ExplainOptions {
  /** A name, or namespace and name, or kind, namespace and name. */
  readonly workload: readonly string[];
  /** In the pod; all of them where it is absent. */
  readonly port?: number;
  readonly paths: readonly string[];
  readonly observed: readonly string[];
  /** Of objects that name none. */
  readonly namespace?: string;
}

/** `from` is the folder that names of files are relative to. Returns the exit code. */
export async function explain({ workload, port, ...sources }: ExplainOptions, from: string): Promise<number> {
  const progress = progressOn(process.stderr);
  const { inputs, applied, errors } = await readState(sources, from, (done, total) =>
    progress.show("Reading", done, total),
  );
  progress.clear();
  const unread = [...errors, ...inputs.flatMap((input) => unreadable(input, from))];
  for (const error of unread) process.stderr.write(`${oneLine(error)}\n`);

  const all = applied?.mesh.workloads ?? [];
  const [found, ...others] = all.filter((each) => isNamed(each, workload));
  if (applied === undefined || found === undefined || others.length > 0) {
    process.stderr.write(`${notOne(workload, all)}\n`);
    return 2;
  }
  const lines = linesOf({ input: applied, workload: found, from }, port);
  process.stdout.write(lines.map((line) => `${oneLine(line)}\n`).join(""));
  return unread.length > 0 ? 2 : 0;
}

function isNamed({ kind, namespace, name }: ResourceRef, wanted: readonly string[]): boolean {
  const [wantedName, wantedNamespace = namespace, wantedKind = kind] = wanted.toReversed();
  return name === wantedName && namespace === wantedNamespace && kind.toLowerCase() === wantedKind.toLowerCase();
}

function notOne(wanted: readonly string[], workloads: readonly Workload[]): string {
  const named = workloads.filter((each) => isNamed(each, wanted)).map(fullName);
  const name = wanted.join("/");
  if (named.length > 1) {
    return `${name} names ${named.length} workloads: ${listed(named.toSorted(), named.length)}. Name one of them so.`;
  }
  return `No workload ${name} in these files. They have ${listed(workloads.map(fullName).toSorted(), 10)}.`;
}

function fullName({ kind, namespace, name }: ResourceRef): string {
  return `${kind}/${namespace}/${name}`;
}

function linesOf(subject: Subject, port: number | undefined): readonly string[] {
  const { input, workload } = subject;
  const { replicas, afterRestart } = workload;
  const now = (replicas.find(isEnforcing) ?? replicas[0])?.membership ?? afterRestart;
  const title = clauses(fullName(workload), membershipText(now, afterRestart));
  const enforcing = replicas.find(isEnforcing);
  const arrivals = arrivalsAt(input.mesh, workload).filter((each) => port === undefined || each.port === port);
  if (enforcing !== undefined) {
    const ports = portsOf(subject, port).flatMap((each) => ["", ...portLines(subject, enforcing, each)]);
    return [title, ...ports, ...routineLines(arrivals)];
  }
  const callers = noteworthy(arrivals);
  return [
    title,
    ...(now.known && now.proxy === "none" ? [NO_POLICY_REACHES] : []),
    ...(callers.length === 0 ? [] : ["", CALLERS, ...callerLines(subject, callers)]),
    ...routineLines(arrivals),
    ...callsLines(subject),
  ];
}

function routineLines(arrivals: readonly Arrival[]): readonly string[] {
  const count = arrivals.filter(isRoutine).length;
  return count === 0 ? [] : ["", routineText(count)];
}

/** One outside the mesh breaks by what it calls. */
function callsLines(subject: Subject): readonly string[] {
  const calls = noteworthy(callsBy(subject.input.mesh, subject.workload));
  return calls.length === 0 ? [] : ["", CALLS, ...calledLines(subject, calls)];
}

function portsOf({ input, workload }: Subject, port: number | undefined): readonly Port[] {
  const shown = portsShown(input.mesh, workload);
  if (port === undefined) return shown.length === 0 ? [{ port: undefined }] : shown;
  return [shown.find((each) => each.port === port) ?? { port }];
}
