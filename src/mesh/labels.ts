/** Label matching as Kubernetes does it. */

import { isRecord } from "./record.ts";
import type { LabelRequirement, LabelSelector } from "./resources/core.ts";
import type { Labels } from "./resources/meta.ts";

/** Every wanted label is there with the same value. No wanted label matches everything. */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** matchLabels and matchExpressions are one conjunction. Kubernetes: apimachinery labels.Selector. */
export function selectorMatches(selector: LabelSelector, labels: Labels): boolean {
  return (
    hasLabels(labels, selector.matchLabels) && selector.matchExpressions.every((each) => requirementMet(each, labels))
  );
}

export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels).length === 0 && selector.matchExpressions.length === 0;
}

/** NotIn and DoesNotExist hold where the key is absent; an unknown operator matches nothing. */
function requirementMet({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const present = Object.hasOwn(labels, key);
  const listed = present && values.includes(labels[key] ?? "");
  switch (operator) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    case "Exists":
      return present;
    case "DoesNotExist":
      return !present;
    default:
      return false;
  }
}

/** Label selectors inside decoded JSON, such as Istio's own settings. */
export function labelSelectors(value: unknown): readonly LabelSelector[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((selector) => ({
    matchLabels: isRecord(selector.matchLabels) ? textValues(selector.matchLabels) : {},
    matchExpressions: Array.isArray(selector.matchExpressions)
      ? selector.matchExpressions.filter(isRecord).map(requirement)
      : [],
  }));
}

function requirement(value: Readonly<Record<string, unknown>>): LabelRequirement {
  return {
    key: String(value.key ?? ""),
    operator: String(value.operator ?? ""),
    values: Array.isArray(value.values) ? value.values.map(String) : [],
  };
}

function textValues(record: Readonly<Record<string, unknown>>): Labels {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, String(value)]));
}
