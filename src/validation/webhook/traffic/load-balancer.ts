/** How endpoints are chosen. Istio: validation.go validateLoadBalancer. */
import { type Pointer, under } from "../../../mesh/resources/meta.ts";
import { type Findings, refused, refuseIf, warnIf } from "../finding.ts";
import type { ConsistentHash, LoadBalancer } from "../messages.ts";
import { localityFindings, zoneAwareFindings } from "./locality.ts";
import { durationFindings } from "./time.ts";

export function loadBalancerFindings(
  settings: LoadBalancer | undefined,
  at: Pointer,
  detectsOutliers: boolean,
): Findings {
  if (settings === undefined) return [];
  const { consistentHash, localityLbSetting, zoneAwareLbSetting, warmup } = settings;
  const isBoth = localityLbSetting !== undefined && zoneAwareLbSetting !== undefined;
  const both = "only one of localityLbSetting and zoneAwareLbSetting can be set";
  return [
    ...(consistentHash === undefined ? [] : hashFindings(consistentHash, under(at, "consistentHash"))),
    ...refuseIf(isBoth, under(at, "zoneAwareLbSetting"), both),
    ...localityFindings(localityLbSetting, under(at, "localityLbSetting"), detectsOutliers),
    ...zoneAwareFindings(zoneAwareLbSetting, under(at, "zoneAwareLbSetting"), detectsOutliers),
    ...warmupFindings(warmup, under(at, "warmup")),
  ];
}

function hashFindings(hash: ConsistentHash, at: Pointer): Findings {
  const ringAt = under(at, "minimumRingSize");
  const hasRing = (hash.minimumRingSize ?? 0) !== 0;
  const hasAlgorithm = hash.ringHash !== undefined || hash.maglev !== undefined;
  const deprecated =
    "consistent hash MinimumRingSize is deprecated, use ConsistentHashLB's RingHash configuration instead";
  return [
    ...cookieFindings(hash.httpCookie, under(at, "httpCookie")),
    ...warnIf(hasRing, ringAt, deprecated),
    ...refuseIf(hasRing && hasAlgorithm, ringAt, "only one of MinimumRingSize or Maglev/Ringhash can be specified"),
    ...(hash.maglev === undefined ? [] : maglevFindings(hash.maglev.tableSize ?? 0, under(at, "maglev", "tableSize"))),
  ];
}

function cookieFindings(cookie: ConsistentHash["httpCookie"], at: Pointer): Findings {
  if (cookie === undefined) return [];
  const seen = new Set<string>();
  const attributes = (cookie.attributes ?? []).flatMap(({ name = "" }, index) => {
    const pointer = under(at, "attributes", index, "name");
    if (name === "") return [refused(pointer, "cookie attribute name cannot be empty")];
    const twice = refuseIf(seen.has(name), pointer, `duplicate cookie attribute name: ${name}`);
    seen.add(name);
    return twice;
  });
  return [...refuseIf(!cookie.name, under(at, "name"), "name required for HttpCookie"), ...attributes];
}

const MAGLEV_LIMIT = 5_000_011;

function maglevFindings(size: number, at: Pointer): Findings {
  return [
    ...refuseIf(size === 0, at, "tableSize must be set for maglev"),
    ...refuseIf(size >= MAGLEV_LIMIT, at, `tableSize must be less than ${MAGLEV_LIMIT} for maglev`),
    ...refuseIf(!isPrime(size), at, "tableSize must be a prime number for maglev"),
  ];
}

/** One counts as prime. Sizes beyond the limit are refused as it is, and not searched for factors. */
function isPrime(size: number): boolean {
  if (size !== 0 && size < 4) return true;
  if (size % 2 === 0) return false;
  if (size >= MAGLEV_LIMIT) return true;
  for (let factor = 3; factor * factor <= size; factor += 2) if (size % factor === 0) return false;
  return true;
}

function warmupFindings(warmup: LoadBalancer["warmup"], at: Pointer): Findings {
  if (warmup === undefined) return [];
  const { duration, minimumPercent = 0, aggression } = warmup;
  const percent = "minimumPercent value should be less than or equal to 100";
  const needsGrowth = aggression !== undefined && aggression <= 0;
  return [
    ...(duration === undefined
      ? [refused(at, "duration is required")]
      : durationFindings(duration, under(at, "duration"))),
    ...refuseIf(minimumPercent > 100, under(at, "minimumPercent"), percent),
    ...refuseIf(needsGrowth, under(at, "aggression"), "aggression should be greater than 0"),
  ];
}
