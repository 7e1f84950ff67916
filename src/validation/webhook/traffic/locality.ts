/** Traffic by region and zone. Istio: agent/validation.go ValidateLocalityLbSetting, ValidateZoneAwareLbSetting. */
import { type Pointer, under } from "../../../mesh/resources/meta.ts";
import { type Findings, refused, refuseIf, warnIf } from "../finding.ts";
import type { Distribution, LoadBalancer, Localities } from "../messages.ts";

const TOPOLOGY = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];
const NEEDS_OUTLIERS = "outlier detection policy must be provided for failover";

export function localityFindings(
  setting: LoadBalancer["localityLbSetting"],
  at: Pointer,
  detectsOutliers: boolean,
): Findings {
  if (setting === undefined) return [];
  const { distribute = [], failover = [], failoverPriority = [] } = setting;
  if (distribute.length > 0 && failover.length > 0) {
    return [refused(under(at, "failover"), "can not simultaneously specify 'distribute' and 'failover'")];
  }
  const topology = failover.length > 0 ? failoverPriority.find((label) => TOPOLOGY.includes(label)) : undefined;
  if (topology !== undefined) {
    const says = `can not simultaneously set 'failover' and topology label '${topology}' in 'failover_priority'`;
    return [refused(under(at, "failoverPriority", failoverPriority.indexOf(topology)), says)];
  }
  const weights = distributionFindings(distribute, under(at, "distribute"));
  if (weights.stop) return weights.findings;
  const needsOutliers = (failover.length > 0 || failoverPriority.length > 0) && !detectsOutliers;
  return [
    ...weights.findings,
    ...localitiesFindings(distribute.map(({ from = "" }, index) => [from, under(at, "distribute", index)])),
    ...warnIf(needsOutliers, at, NEEDS_OUTLIERS),
    ...failoverFindings(failover, under(at, "failover"), {
      same: "locality lb failover settings must specify different regions",
      deep: "locality lb failover only specify region",
      wild: "locality lb failover region should not contain '*' wildcard",
    }),
  ];
}

export function zoneAwareFindings(setting: Localities | undefined, at: Pointer, detectsOutliers: boolean): Findings {
  if (setting === undefined) return [];
  const { failover = [], failoverPriority = [] } = setting;
  const needsOutliers = (failover.length > 0 || failoverPriority.length > 0) && !detectsOutliers;
  const handled = (label: string) =>
    `'failover_priority' for zone aware lb must not use topology label '${label}'; region- and zone-level routing are handled automatically`;
  return [
    ...failoverPriority.flatMap((label, index) =>
      refuseIf(TOPOLOGY.includes(label), under(at, "failoverPriority", index), handled(label)),
    ),
    ...warnIf(needsOutliers, at, NEEDS_OUTLIERS),
    ...failoverFindings(failover, under(at, "failover"), {
      same: "zone aware lb failover settings must specify different regions",
      deep: "zone aware lb failover only specifies region; zone and subzone failover are handled automatically",
      wild: "zone aware lb failover region should not contain '*' wildcard",
    }),
  ];
}

interface Words {
  readonly same: string;
  readonly deep: string;
  readonly wild: string;
}

/** From one region to another, by name. */
function failoverFindings(failover: NonNullable<Localities["failover"]>, at: Pointer, says: Words): Findings {
  return failover.flatMap(({ from = "", to = "" }, index) => {
    const pointer = under(at, index);
    return [
      ...refuseIf(from === to, pointer, says.same),
      ...refuseIf(`${from}${to}`.includes("/"), pointer, says.deep),
      ...refuseIf(`${from}${to}`.includes("*"), pointer, says.wild),
    ];
  });
}

/** Each weight is from 1 to 100, and all together are 100; the first wrong one ends the search. */
function distributionFindings(
  distribute: readonly Distribution[],
  at: Pointer,
): { readonly findings: Findings; readonly stop: boolean } {
  const findings = [];
  for (const [index, { to = new Map<string, number>() }] of distribute.entries()) {
    const pointer = under(at, index, "to");
    const wrong = [...to].find(([, weight]) => weight <= 0 || weight > 100);
    if (wrong !== undefined) {
      findings.push(refused(under(pointer, wrong[0]), "locality weight must be in range [1, 100]"));
      return { findings, stop: true };
    }
    const total = [...to.values()].reduce((sum, weight) => sum + weight, 0);
    if (total !== 100) {
      findings.push(refused(pointer, `total locality weight ${total} != 100`));
      return { findings, stop: true };
    }
    findings.push(...localitiesFindings([...to.keys()].map((key) => [key, under(pointer, key)])));
  }
  return { findings, stop: false };
}

/** Localities are `region/zone/subzone`, end with a wildcard at most, and none contains another. validateLocalities. */
function localitiesFindings(localities: readonly (readonly [string, Pointer])[]): Findings {
  const seen: (readonly string[])[] = [];
  for (const [locality, pointer] of localities) {
    const fault = localityFault(locality, seen);
    if (fault !== undefined) return [refused(pointer, fault)];
    seen.push(partsOf(locality));
  }
  return [];
}

function localityFault(locality: string, seen: readonly (readonly string[])[]): string | undefined {
  const stars = locality.split("*").length - 1;
  if (stars > 1 || (stars === 1 && !locality.endsWith("*"))) {
    return `locality ${locality} wildcard '*' number can not exceed 1 and must be in the end`;
  }
  const overlap = `locality ${locality} overlap with previous specified ones`;
  if (seen.some(([region]) => region === "*")) return overlap;
  const parts = partsOf(locality);
  if (parts.includes("")) return `locality ${locality} must not contain empty region/zone/subzone info`;
  return seen.some((other) => overlaps(parts, other)) ? overlap : undefined;
}

/** At most three parts; the rest belongs to the subzone. */
function partsOf(locality: string): readonly string[] {
  const [region = "", zone, ...subzone] = locality.split("/");
  return [region, ...(zone === undefined ? [] : [zone]), ...(subzone.length > 0 ? [subzone.join("/")] : [])];
}

/** One names a place within the other. A missing part stands for all, as `*` does among those that came before. */
function overlaps(parts: readonly string[], before: readonly string[]): boolean {
  for (let level = 0; level < 3; level++) {
    const [mine, other] = [parts[level], before[level]];
    if (mine === undefined || other === undefined || (level > 0 && other === "*")) return true;
    if (mine !== other) return false;
  }
  return true;
}
