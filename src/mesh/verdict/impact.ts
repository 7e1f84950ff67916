/** What one policy changes: the arrivals that fail with it and work without it. */

import type { Missing, Overruled } from "../answer.ts";
import { inNamespace, vary } from "../by-namespace.ts";
import { gapsAt, missingFrom } from "../gaps.ts";
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import type { EffectiveMode, PeerAuthentication } from "../resources/istio.ts";
import { sameRef } from "../resources/meta.ts";
import { hasSelector, levelOf, selects, winner } from "../server/policy.ts";
import type { Workload } from "../workload.ts";
import { arrivalsOf, judgeArrivals } from "./arrivals.ts";
import { arrivalsAt, arrivalsIn } from "./at-workload.ts";
import { type Decided, decidedOn, deciderOf } from "./deciders.ts";
import type { Arrival } from "./verdict.ts";

/** A workload whose pods have a sidecar and on which a policy decides at least one port. */
export interface Governed {
  readonly workload: Workload;
  /** The mode of ports that no port entry names. */
  readonly mode: EffectiveMode;
}

export interface PolicyImpact {
  readonly policy: PeerAuthentication;
  /** Workloads in the mesh on which the policy decides. */
  readonly governed: readonly Governed[];
  /** Workloads that the policy's selector or scope matches, in the mesh or not. */
  readonly matched: readonly Workload[];
  /** Set when another policy decides wherever this one matches. */
  readonly overruled?: Overruled;
  /** What keeps it from being known on which workloads the policy decides, and how. */
  readonly missing: readonly Missing[];
  /** Calls to governed workloads, each at its worst, and those elsewhere that the policy breaks. */
  readonly arrivals: readonly Arrival[];
  /** Those of them that break now and work without the policy. */
  readonly breaks: readonly Arrival[];
}

export function policyImpact(mesh: Mesh, policy: PeerAuthentication): PolicyImpact {
  return impacts(mesh)(policy);
}

const impacts = remembered((mesh: Mesh) => remembered((policy: PeerAuthentication) => computeImpact(mesh, policy)));

function computeImpact(mesh: Mesh, policy: PeerAuthentication): PolicyImpact {
  const matched = matchedWorkloads(mesh, policy);
  const each = matched.map((workload) => ({ workload, decided: decidedOn(mesh, workload) }));
  const governed = each.flatMap(({ workload, decided }) => governedBy(policy, workload, decided));
  const decided = each.flatMap((one) => one.decided);
  // An edit elsewhere leaves most of what a policy of the mesh does as it was; of all others little is to be judged.
  const level = levelOf(mesh, policy);
  const arrive = level === "mesh" ? arrivalsOf : judgeArrivals;
  let without: Mesh | undefined;
  const worksWithout = (now: Arrival) => {
    without ??= withoutPolicy(mesh, policy);
    return before(arrive(without, now.call), now)?.verdict.outcome === "works";
  };
  const governedWorkloads = new Set(governed.map(({ workload }) => workload));
  const all =
    level === "workload"
      ? matched.flatMap((workload) => arrivalsAt(mesh, workload))
      : [...new Set(matched.map(({ namespace }) => namespace))].flatMap((namespace) => arrivalsIn(mesh, namespace));
  const breaks = all.filter((now) => now.verdict.outcome === "breaks" && worksWithout(now));
  const broken = new Set(breaks);
  const arrivals = all.filter((now) => governedWorkloads.has(now.workload) || broken.has(now));
  const overruled = governed.length === 0 ? overruling(mesh, policy, matched, decided) : undefined;
  return {
    policy,
    governed,
    matched,
    missing: missingForImpact(policy, matched, decided),
    arrivals,
    breaks,
    ...(overruled === undefined ? {} : { overruled }),
  };
}

/** In scope of the policy: the whole mesh, its namespace, or the pods its selector takes in. */
export function matchedWorkloads(mesh: Mesh, policy: PeerAuthentication): readonly Workload[] {
  const level = levelOf(mesh, policy);
  if (level === "ignored-root-selector") return [];
  const inScope = level === "mesh" ? mesh.workloads : inNamespace(mesh.workloads, policy.namespace);
  return inScope.filter(
    ({ replicas }) => !hasSelector(policy) || replicas.some((replica) => selects(policy, replica.labels)),
  );
}

function withoutPolicy(mesh: Mesh, policy: PeerAuthentication): Mesh {
  const policies = mesh.policies.filter((each) => each !== policy);
  const { namespace } = policy;
  vary(policies, mesh.policies, namespace, others(inNamespace(mesh.policies, namespace))(policy));
  return { ...mesh, policies };
}

/** The same list each time, so that what is known of a mesh without one policy is known again after an edit elsewhere. */
const others = remembered((policies: Mesh["policies"]) =>
  remembered((policy: PeerAuthentication) => policies.filter((each) => each !== policy)),
);

/** The same calls arrive with and without the policy: policies make no calls. */
function before(without: readonly Arrival[], now: Arrival): Arrival | undefined {
  return without.find(({ workload, port }) => port === now.port && sameRef(workload, now.workload));
}

function governedBy(policy: PeerAuthentication, workload: Workload, decided: readonly Decided[]): readonly Governed[] {
  for (const { general, deciders } of decided) {
    if (general.known && deciders.includes(policy)) return [{ workload, mode: general.mode }];
  }
  return [];
}

/** Another policy of the same level wins everywhere, or narrower ones decide on every workload in scope. */
function overruling(
  mesh: Mesh,
  policy: PeerAuthentication,
  matched: readonly Workload[],
  decided: readonly Decided[],
): Overruled | undefined {
  const level = levelOf(mesh, policy);
  if (level === "ignored-root-selector") return undefined;
  const subjects = matched.flatMap(({ replicas }) => replicas);
  const scope =
    subjects.length === 0 && level !== "workload" ? [{ namespace: policy.namespace, labels: {} }] : subjects;
  const losses = scope.map((subject) => winner(mesh, subject, level)?.overruled.find((each) => each.policy === policy));
  if (losses.length > 0 && losses.every((loss) => loss !== undefined)) return losses[0];
  const deciders = decided.map(({ general }) => deciderOf(general));
  const [narrower] = deciders;
  return narrower !== undefined && deciders.every((each) => each !== undefined && each !== policy)
    ? { policy, by: narrower, why: "narrower" }
    : undefined;
}

function missingForImpact(
  policy: PeerAuthentication,
  matched: readonly Workload[],
  decided: readonly Decided[],
): readonly Missing[] {
  const own = missingFrom(policy, gapsAt(policy, "/spec", "/metadata"));
  const memberships = matched.flatMap(({ replicas }) =>
    replicas.flatMap(({ membership }) => (membership.known ? [] : membership.missing)),
  );
  const modes = decided.flatMap(({ general }) => (general.known ? [] : general.missing));
  return distinct([...own, ...memberships, ...modes]);
}

function distinct(missing: readonly Missing[]): readonly Missing[] {
  return [...new Map(missing.map((each) => [each.says, each])).values()];
}
