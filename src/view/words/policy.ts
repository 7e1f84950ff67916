/** What stands above a PeerAuthentication: its mode, for whom, and whom it breaks. */
import type { Missing, Overruled } from "../../mesh/answer.ts";
import type { PeerAuthentication } from "../../mesh/resources/istio.ts";
import type { Gap, Labels, Meta } from "../../mesh/resources/meta.ts";
import { unknownClause } from "./call.ts";
import { clauses, counted, listed } from "./list.ts";

/** `STRICT`, `STRICT (8080 PERMISSIVE)`, `UNSET`. */
export function modeText({ mode, ports }: PeerAuthentication): string {
  return ports.length === 0 ? mode : `${mode} (${portsText(ports)})`;
}

function portsText(ports: PeerAuthentication["ports"]): string {
  return ports.map(({ port, mode }) => `${port} ${mode}`).join(", ");
}

/** A policy that decides and sets no mode of its own decides on its ports only. */
export function governs(policy: PeerAuthentication, names: readonly string[]): string {
  const { mode, ports } = policy;
  const what = mode === "UNSET" ? `${ports.length === 1 ? "port" : "ports"} ${portsText(ports)}` : modeText(policy);
  return `${what} for ${names.length > 2 ? counted(names.length, "workload") : listed(names)}`;
}

/** For a policy of which it is not known on which pods it decides. */
export function reaches(policy: PeerAuthentication, rootNamespace: string): string {
  const labels = policy.selector ?? {};
  if (Object.keys(labels).length > 0) return `${modeText(policy)} for ${labelsText(labels)}`;
  if (policy.namespace === rootNamespace) return `${modeText(policy)} for the whole mesh`;
  return `${modeText(policy)} in namespace ${policy.namespace}`;
}

export function selectsNoPod(policy: PeerAuthentication): string {
  const labels = policy.selector ?? {};
  return `${modeText(policy)} for no workload: no pod in ${policy.namespace} has ${labelsText(labels)}`;
}

export function noPodsInView(policy: PeerAuthentication, scope: "mesh" | "namespace"): string {
  const where = scope === "mesh" ? "no pod" : `no pod of ${policy.namespace}`;
  return `${modeText(policy)} for no workload: ${where} is in these files`;
}

export function noneInMesh(policy: PeerAuthentication, names: readonly string[]): string {
  return `${modeText(policy)} has no effect: ${listed(names)} ${names.length === 1 ? "is" : "are"} not in the mesh`;
}

export function gatewaysOnly(policy: PeerAuthentication, names: readonly string[]): string {
  return `${modeText(policy)} has no effect: ${listed(names)} ${names.length === 1 ? "is a gateway" : "are gateways"}, whose listeners come from Gateway objects`;
}

export function losesTo(policy: PeerAuthentication, overruled: Overruled): string {
  return `${modeText(policy)} has no effect: ${policyName(overruled.by)} decides, ${whyFirst(overruled)}`;
}

/** Why the other policy of the level counts. */
export function whyFirst({ why, by, policy }: Overruled): string {
  switch (why) {
    case "older":
      return policy.created === undefined ? "it exists already" : "it was created first";
    case "name":
      return by.created === undefined && policy.created === undefined
        ? "its name sorts first among policies created at once"
        : "it is equally old and its name sorts first";
    case "narrower":
      return "it is narrower";
  }
}

export function definedAgain(policy: PeerAuthentication): string {
  return `${modeText(policy)} has no effect: ${policyName(policy)} is defined again further down`;
}

export function ignoredRootSelector(policy: PeerAuthentication): string {
  return `${modeText(policy)} has no effect: Istio ignores selectors in the root namespace ${policy.namespace}`;
}

export function otherRevision(policy: PeerAuthentication, revision: string): string {
  return `${modeText(policy)} has no effect on these pods: only the istiod of revision ${revision} reads it`;
}

/** For a policy that sets no mode anywhere, or none that reaches a port. */
export function inherits(policy: PeerAuthentication, decider: PeerAuthentication | undefined): string {
  const who = decider === undefined ? "the next wider level" : policyName(decider);
  const none = policy.mode === "UNSET" && policy.ports.length === 0;
  return none ? `No mode: ${who} decides` : `${modeText(policy)} has no effect: ${who} decides on every port`;
}

export function notUnderstood(gap: Gap): string {
  return `Not understood: ${gap.says}`;
}

export const NOT_ANALYSED = "Not analysed: Helm template";
export const NOT_ANALYSED_WHY =
  "Template actions decide what this text becomes. Render the chart to a file (helm template) to see verdicts there.";

export function namespaceAssumed(object: Meta): string | undefined {
  return object.namespaceFrom === "assumed" ? `namespace ${object.namespace} assumed` : undefined;
}

export interface Outcomes {
  /** Callers that break, with the reason as a clause. */
  readonly breaks: readonly { readonly name: string; readonly why: string }[];
  /** Callers that break with and without the policy. */
  readonly brokenAnyway: readonly string[];
  readonly works: number;
  readonly unknown: readonly (readonly Missing[])[];
  readonly basis: "files" | "observed";
}

/** Whom it breaks first; an all-clear says what it rests on. */
export function outcomesText(outcomes: Outcomes): string {
  const { breaks, brokenAnyway, works, unknown } = outcomes;
  const anyway =
    brokenAnyway.length === 0
      ? undefined
      : `${listed(brokenAnyway)} ${brokenAnyway.length === 1 ? "breaks" : "break"} with and without it`;
  if (breaks.length > 0) {
    return clauses(`breaks ${brokenText(breaks)}`, othersWork(works), unknownText(unknown), anyway);
  }
  if (unknown.length > 0) {
    return clauses(clausesOfKnown(works, unknown), anyway);
  }
  if (anyway !== undefined) return clauses(othersWork(works), anyway);
  return clauses(allClear(works), basisText(outcomes.basis));
}

/** `web-frontend (no sidecar)`, `a and b (no sidecar), c (its sidecar sends plaintext)`. */
function brokenText(breaks: Outcomes["breaks"]): string {
  const reasons = [...new Set(breaks.map(({ why }) => why))];
  return reasons
    .map((why) => `${listed(breaks.filter((each) => each.why === why).map(({ name }) => name))} (${why})`)
    .join(", ");
}

function othersWork(works: number): string | undefined {
  return works === 0 ? undefined : counted(works, "other caller works", "other callers work");
}

function unknownText(unknown: Outcomes["unknown"]): string | undefined {
  return unknown.length === 0 ? undefined : `${unknown.length} ${unknownClause(unknown.flat())}`;
}

function clausesOfKnown(works: number, unknown: Outcomes["unknown"]): string {
  const text = `${counted(unknown.length, "caller")} ${unknownClause(unknown.flat())}`;
  return works === 0
    ? text
    : `${counted(works, "caller works", "callers work")}, ${unknown.length} ${unknownClause(unknown.flat())}`;
}

function allClear(works: number): string {
  if (works === 0) return "no known caller";
  return works === 1 ? "1 known caller, works" : `${works} known callers, all work`;
}

export function basisText(basis: Outcomes["basis"]): string {
  return basis === "files" ? "from files only" : "from files and observed pods";
}

export function policyName(policy: Meta): string {
  return `${policy.namespace}/${policy.name}`;
}

/** `app=customers,version=v1`. */
export function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

export function policyTooltip(policy: PeerAuthentication, rows: number): string {
  const scope = `PeerAuthentication ${policyName(policy)}`;
  return rows === 0 ? `${scope}: no call to its workloads is known from these files` : `${scope}: list the callers`;
}
