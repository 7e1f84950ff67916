/** The lens of a PeerAuthentication: for whom it decides, whom it breaks, or why it has no effect. */
import { gapsAt } from "../../mesh/gaps.ts";
import type { PeerAuthentication } from "../../mesh/resources/istio.ts";
import { levelOf } from "../../mesh/server/policy.ts";
import { type PolicyImpact, policyImpact } from "../../mesh/verdict/impact.ts";
import { isGateway, type Workload } from "../../mesh/workload.ts";
import type { FileInput } from "../input.ts";
import type { LensView } from "../lens.ts";
import type { Range } from "../place.ts";
import { nameFrom, reasonClause, unknownClause } from "../words/call.ts";
import { clauses } from "../words/list.ts";
import * as words from "../words/policy.ts";
import { basisOf, byCaller, noteworthy } from "./outcomes.ts";
import { callerRows } from "./rows.ts";

export function policyLens(input: FileInput, policy: PeerAuthentication, range: Range): LensView {
  const impact = policyImpact(input.mesh, policy);
  const text = clauses(policyText(input, impact), words.namespaceAssumed(policy));
  const rows = callerRows(input, noteworthy(impact.arrivals), policy.namespace);
  return {
    range,
    text,
    tooltip: words.policyTooltip(policy, rows.length),
    ...(rows.length === 0 ? {} : { callers: { title: text, rows } }),
  };
}

/** The one text that the lens and the terminal show of a policy. */
export function policyText(input: Pick<FileInput, "mesh">, impact: PolicyImpact): string {
  const { policy, governed, missing, arrivals } = impact;
  const [gap] = gapsAt(policy, "/spec", "/metadata");
  if (gap !== undefined) return words.notUnderstood(gap);
  if (governed.length === 0 && missing.length === 0) return noEffectText(input, impact);
  const incomplete = missing.length > 0 ? unknownClause(missing) : undefined;
  if (incomplete !== undefined && arrivals.length === 0) return clauses(policyHead(input, impact), incomplete);
  const calls = words.outcomesText(outcomesOf(impact));
  const said = incomplete === undefined || calls.includes(incomplete);
  return clauses(policyHead(input, impact), calls, said ? undefined : incomplete);
}

/** The mode and for whom. */
export function policyHead({ mesh }: Pick<FileInput, "mesh">, { policy, governed }: PolicyImpact): string {
  if (governed.length === 0) return words.reaches(policy, mesh.config.rootNamespace);
  return words.governs(policy, governed.map(({ workload }) => nameFrom(policy.namespace, workload)).toSorted());
}

/** Known to decide nowhere: the reason, most specific first. */
function noEffectText(input: Pick<FileInput, "mesh">, { policy, overruled, matched }: PolicyImpact): string {
  const { mesh } = input;
  if (isDefinedAgain(input, policy)) return words.definedAgain(policy);
  const level = levelOf(mesh, policy);
  if (level === "ignored-root-selector") return words.ignoredRootSelector(policy);
  if (overruled !== undefined) {
    const silent = policy.mode === "UNSET" && overruled.why === "narrower";
    return silent ? words.inherits(policy, overruled.by) : words.losesTo(policy, overruled);
  }
  if (matched.length === 0) {
    if (level !== "workload") return words.noPodsInView(policy, level);
    const inNamespace = mesh.workloads.some(({ namespace }) => namespace === policy.namespace);
    return inNamespace ? words.selectsNoPod(policy) : words.noPodsInView(policy, "namespace");
  }
  const names = (workloads: readonly Workload[]) =>
    workloads.map((workload) => nameFrom(policy.namespace, workload)).toSorted();
  const outside = matched.filter((workload) => !isInMesh(workload));
  if (outside.length === matched.length) {
    return words.noneInMesh(policy, names(outside));
  }
  if (matched.every(isGateway)) return words.gatewaysOnly(policy, names(matched));
  const revision = policy.labels["istio.io/rev"];
  return revision === undefined ? words.inherits(policy, undefined) : words.otherRevision(policy, revision);
}

/** In one file the last document of an object stays: it is the one in the mesh. */
function isDefinedAgain({ mesh }: Pick<FileInput, "mesh">, { namespace, name, source }: PeerAuthentication): boolean {
  const stays = mesh.policies.find((other) => other.namespace === namespace && other.name === name);
  return stays?.source.uri === source.uri && stays.source.document > source.document;
}

function outcomesOf({ policy, arrivals: all, breaks }: PolicyImpact): words.Outcomes {
  const arrivals = noteworthy(all);
  const broken = byCaller(breaks, policy.namespace);
  const others = byCaller(arrivals, policy.namespace).filter(({ name }) => !broken.some((each) => each.name === name));
  return {
    breaks: broken.map(({ name, worst }) => ({ name, why: reasonClause(worst) })),
    brokenAnyway: others.filter(({ worst }) => worst.verdict.outcome === "breaks").map(({ name }) => name),
    works: others.filter(({ worst }) => worst.verdict.outcome === "works").length,
    unknown: others.flatMap(({ worst }) => (worst.verdict.outcome === "unknown" ? [worst.verdict.missing] : [])),
    basis: basisOf(arrivals),
  };
}

function isInMesh({ replicas }: Workload): boolean {
  return replicas.some(({ membership }) => membership.known && membership.proxy !== "none");
}
