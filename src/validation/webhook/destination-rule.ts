/** What istiod finds wrong with a DestinationRule. Istio: validation.go ValidateDestinationRule. */
import { type Pointer, under } from "../../mesh/resources/meta.ts";
import { shown } from "../schema/json.ts";
import { exportFindings } from "./export-to.ts";
import { type Findings, refuseFault, refuseIf, warnIf, withoutWarnings } from "./finding.ts";
import type { DestinationRuleSpec, Subset } from "./messages.ts";
import { subsetNameFault, wildcardDomainFault } from "./names.ts";
import { labelFindings, NO_LABELS } from "./selector.ts";
import { trafficPolicyFindings } from "./traffic/traffic-policy.ts";

export function destinationRuleFindings(spec: DestinationRuleSpec, namespace: string): Findings {
  const { host = "", trafficPolicy, subsets = [], exportTo = [], workloadSelector } = spec;
  const labels = workloadSelector?.matchLabels;
  return [
    ...refuseFault(wildcardDomainFault(host), "/spec/host"),
    ...trafficPolicyFindings(trafficPolicy, "/spec/trafficPolicy", namespace),
    ...subsets.flatMap((subset, index) => {
      const at = under("/spec/subsets", index);
      const { name = "" } = subset;
      const isTwice = subsets.findIndex((other) => (other.name ?? "") === name) < index;
      const twice = refuseIf(isTwice, under(at, "name"), `duplicate subset names: ${name}`);
      return [...twice, ...subsetFindings(subset, at, namespace)];
    }),
    ...exportFindings(exportTo, "/spec/exportTo", { namespace, selects: workloadSelector !== undefined }),
    ...labelFindings(labels, "/spec/workloadSelector/matchLabels"),
    ...warnIf(workloadSelector !== undefined && (labels?.size ?? 0) === 0, "/spec/workloadSelector", NO_LABELS),
  ];
}

/** Istio: validation.go validateSubset. */
function subsetFindings({ name = "", labels, trafficPolicy }: Subset, at: Pointer, namespace: string): Findings {
  return [
    ...refuseFault(subsetNameFault(name), under(at, "name")),
    ...[...(labels ?? [])].flatMap(([key, value]) => tagFindings(key, value, under(at, "labels", key))),
    ...withoutWarnings(trafficPolicyFindings(trafficPolicy, under(at, "trafficPolicy"), namespace)),
  ];
}

const PREFIX = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*$/;
const QUALIFIED = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** Keys and values are those of Kubernetes' labels. Istio: pkg/config/labels/instance.go Validate. */
function tagFindings(key: string, value: string, at: Pointer): Findings {
  return [
    ...refuseFault(tagKeyFault(key), at),
    ...refuseIf(value !== "" && !QUALIFIED.test(value), at, `invalid tag value: ${shown(value)}`),
  ];
}

/** Istio: pkg/config/labels/instance.go validateTagKey. */
function tagKeyFault(key: string): string | undefined {
  const slash = key.lastIndexOf("/");
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  const isKey = (prefix === undefined || PREFIX.test(prefix)) && QUALIFIED.test(name);
  if (!isKey) return `invalid tag key: ${shown(key)}`;
  if ((prefix?.length ?? 0) > 253) return `invalid tag key: ${shown(key)} (DNS prefix is too long)`;
  return name.length > 63 ? `invalid tag key: ${shown(key)} (name is too long)` : undefined;
}
