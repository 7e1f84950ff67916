/** Which DestinationRule speaks for a caller and a host, after the merging that istiod does. */
import { compareText } from "../age.ts";
import { hasLabels } from "../labels.ts";
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import { fullHost, mostSpecific } from "../registry/host.ts";
import type { RegistryService } from "../registry/service.ts";
import type { DestinationRule, Subset, TrafficPolicy } from "../resources/istio.ts";
import type { Labels } from "../resources/meta.ts";
import { backendRules } from "./backend-rules.ts";

/** One or several rules of one namespace for one host, as one. */
export interface MergedRule {
  readonly namespace: string;
  /** Oldest first; the first one's export and selector are the merged rule's. */
  readonly rules: readonly [DestinationRule, ...DestinationRule[]];
  readonly exportTo: ReadonlySet<string>;
  readonly workloadSelector?: Labels;
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets: readonly Subset[];
}

type ByHost = ReadonlyMap<string, readonly MergedRule[]>;

interface RuleIndex {
  /** Rules that callers of the same namespace see. */
  readonly local: ReadonlyMap<string, ByHost>;
  /** Rules that other namespaces may see. */
  readonly exported: ReadonlyMap<string, ByHost>;
  /** Private rules of the root namespace. */
  readonly privateRoot: ByHost;
}

/**
 * The caller's namespace first (in the root namespace only its private rules), then the namespace of the service, then
 * the root namespace: the first that has a matching host counts, and nothing is merged across namespaces. The most
 * specific host is chosen before its export is looked at.
 * Istio: pilot/pkg/model/push_context.go destinationRule.
 */
export function destinationRuleFor(
  mesh: Mesh,
  caller: { readonly namespace: string; readonly labels: Labels },
  service: RegistryService,
): MergedRule | undefined {
  const { rootNamespace } = mesh.config;
  const index = ruleIndex(mesh);
  const own =
    caller.namespace === rootNamespace
      ? mostSpecific(service.host, index.privateRoot)
      : mostSpecific(service.host, index.local.get(caller.namespace) ?? new Map());
  const found =
    own ??
    exportedBy(index, service.namespace, service.host, caller.namespace) ??
    exportedBy(index, rootNamespace, service.host, caller.namespace);
  return found === undefined ? undefined : ruleForPod(found, caller);
}

function exportedBy(
  index: RuleIndex,
  owner: string,
  host: string,
  namespace: string,
): readonly MergedRule[] | undefined {
  const rules = mostSpecific(host, index.exported.get(owner) ?? new Map<string, readonly MergedRule[]>());
  const visible = rules?.filter(({ exportTo }) => exportTo.size === 0 || exportTo.has("*") || exportTo.has(namespace));
  return visible === undefined || visible.length === 0 ? undefined : visible;
}

/**
 * A rule with a selector that takes the caller in, in the caller's own namespace; else the last one without selector.
 * Istio: pilot/pkg/model/sidecar.go SidecarScope.DestinationRule.
 */
function ruleForPod(
  rules: readonly MergedRule[],
  caller: { readonly namespace: string; readonly labels: Labels },
): MergedRule | undefined {
  const selecting = rules.find(
    ({ namespace, workloadSelector }) =>
      namespace === caller.namespace && workloadSelector !== undefined && hasLabels(caller.labels, workloadSelector),
  );
  return selecting ?? rules.findLast(({ workloadSelector }) => workloadSelector === undefined);
}

/** Rules with a selector come first, then by age. Istio: pilot/pkg/model/push_context.go setDestinationRules. */
function ruleIndex(mesh: Mesh): RuleIndex {
  return indexes(mesh.destinationRules)(backendRules(mesh))(mesh.config);
}

/** Rules that Istio makes of policies are as old as can be. */
const indexes = remembered((rules: Mesh["destinationRules"]) =>
  remembered((made: Mesh["destinationRules"]) =>
    remembered((config: Mesh["config"]) => buildIndex([...made, ...rules], config)),
  ),
);

function buildIndex(rules: Mesh["destinationRules"], config: Mesh["config"]): RuleIndex {
  const local = new Map<string, Map<string, MergedRule[]>>();
  const exported = new Map<string, Map<string, MergedRule[]>>();
  const privateRoot = new Map<string, MergedRule[]>();
  const ordered = rules.toSorted(
    (a, b) => Number(a.workloadSelector === undefined) - Number(b.workloadSelector === undefined),
  );
  for (const rule of ordered) {
    const exportTo = new Set(rule.workloadSelector === undefined ? rule.exportTo : ["."]);
    const { namespace } = rule;
    if (exportTo.size === 0 || ["*", ".", namespace].some((each) => exportTo.has(each))) {
      merge(slot(local, namespace), rule, exportTo);
    }
    if (!isPrivate(config, exportTo, namespace)) merge(slot(exported, namespace), rule, exportTo);
    else if (namespace === config.rootNamespace) merge(privateRoot, rule, exportTo);
  }
  return { local, exported, privateRoot };
}

function isPrivate(config: Mesh["config"], exportTo: ReadonlySet<string>, namespace: string): boolean {
  if (exportTo.size === 0) return config.destinationRuleExportTo.includes(".");
  return exportTo.size === 1 && (exportTo.has(".") || exportTo.has(namespace));
}

function slot(index: Map<string, Map<string, MergedRule[]>>, namespace: string): Map<string, MergedRule[]> {
  const existing = index.get(namespace) ?? new Map<string, MergedRule[]>();
  index.set(namespace, existing);
  return existing;
}

/**
 * A rule for a host that has one already joins each rule of the same export, or of a narrower one that it covers;
 * only joining one of the same kind of selector keeps it from standing by itself as well.
 * Istio: pilot/pkg/model/destination_rule.go mergeDestinationRule.
 */
function merge(index: Map<string, MergedRule[]>, rule: DestinationRule, exportTo: ReadonlySet<string>): void {
  const host = fullHost(rule.host, rule.namespace);
  const existing = index.get(host) ?? [];
  index.set(host, existing);
  let standsApart = true;
  existing.forEach((other, position) => {
    const same = setsEqual(exportTo, other.exportTo);
    standsApart = !same;
    if (!same && !(other.exportTo.size > 0 && isWithin(other.exportTo, exportTo))) return;
    const selectors = compareSelectors(rule.workloadSelector, other.workloadSelector);
    if (selectors === "different") {
      standsApart = true;
      return;
    }
    if (selectors === "same") standsApart = false;
    existing[position] = joined(other, rule);
  });
  if (standsApart) existing.push(asMerged(rule, exportTo));
}

/** Two selectors with other labels never merge; a rule without one merges with either. */
function compareSelectors(a: Labels | undefined, b: Labels | undefined): "same" | "different" | "one-only" {
  if (a === undefined && b === undefined) return "same";
  if (a === undefined || b === undefined) return "one-only";
  return canonical(a) === canonical(b) ? "same" : "different";
}

function canonical(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([x], [y]) => compareText(x, y)));
}

/** The older one's traffic policy stays where it has one; subsets add up, the first of a name counts. */
function joined(older: MergedRule, rule: DestinationRule): MergedRule {
  const names = new Set(older.subsets.map(({ name }) => name));
  const isMade = older.rules[0].madeFrom !== undefined;
  const trafficPolicy =
    isMade && rule.madeFrom === undefined
      ? beneath(rule.trafficPolicy, older.trafficPolicy)
      : (older.trafficPolicy ?? rule.trafficPolicy);
  return {
    ...older,
    rules: [...older.rules, rule],
    subsets: [...older.subsets, ...rule.subsets.filter(({ name }) => !names.has(name))],
    ...(trafficPolicy === undefined ? {} : { trafficPolicy }),
  };
}

/**
 * What a person's rule says stands; what a policy of the Gateway API says fills the gaps, port by port.
 * Istio: pilot/pkg/model/destination_rule.go mergeBackendPolicyTrafficPolicy, mergeBackendPolicyPortLevelSettings.
 */
function beneath(user: TrafficPolicy | undefined, made: TrafficPolicy | undefined): TrafficPolicy | undefined {
  if (user === undefined || made === undefined) return user ?? made;
  const ofPort = (port: number) => made.ports.find((each) => each.port === port);
  const own = user.ports.map((each) => ({ ...withTls(each, ofPort(each.port)) }));
  const others = made.ports.filter(({ port }) => !user.ports.some((each) => each.port === port));
  return { ...withTls(user, made), ports: [...own, ...others] };
}

function withTls<Policy extends Pick<TrafficPolicy, "tls">>(
  user: Policy,
  made: Pick<TrafficPolicy, "tls"> = {},
): Policy {
  return user.tls !== undefined || made.tls === undefined ? user : { ...user, tls: made.tls };
}

function asMerged(rule: DestinationRule, exportTo: ReadonlySet<string>): MergedRule {
  return {
    namespace: rule.namespace,
    rules: [rule],
    exportTo,
    subsets: rule.subsets,
    ...(rule.workloadSelector === undefined ? {} : { workloadSelector: rule.workloadSelector }),
    ...(rule.trafficPolicy === undefined ? {} : { trafficPolicy: rule.trafficPolicy }),
  };
}

function setsEqual(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && isWithin(a, b);
}

function isWithin(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].every((each) => b.has(each));
}
