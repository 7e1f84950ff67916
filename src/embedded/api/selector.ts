/** Whether labels fit a LabelSelector. Kubernetes: metav1.LabelSelectorAsSelector. */
import { listOf, mapOf, textOf } from "./json.ts";
import type { JsonMap } from "./object.ts";

export function selectorMatches({ matchLabels, matchExpressions }: JsonMap, labels: JsonMap = {}): boolean {
  const equalities = Object.entries(mapOf(matchLabels)).every(([key, value]) => labels[key] === value);
  return equalities && listOf(matchExpressions).every((each) => fits(mapOf(each), labels));
}

function fits({ key, operator, values }: JsonMap, labels: JsonMap): boolean {
  const value = labels[textOf(key)];
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  const listed = value !== undefined && listOf(values).includes(value);
  return operator === "In" ? listed : !listed;
}
