/** Selectors of workloads. Istio: validation.go validateWorkloadSelector, ValidateAlphaWorkloadSelector. */
import { type Pointer, under } from "../../mesh/resources/meta.ts";
import { shown } from "../schema/json.ts";
import { type Findings, refuseIf } from "./finding.ts";

export const NO_LABELS = "workload selector specified without labels";

/** Keys are not empty, and neither keys nor values have a wildcard. `at` is the map of labels. */
export function labelFindings(labels: ReadonlyMap<string, string> | undefined, at: Pointer): Findings {
  return [...(labels ?? [])].flatMap(([key, value]) => {
    const named = shown(`${key}=${value}`);
    const pointer = under(at, key);
    return [
      ...refuseIf(key === "", pointer, `empty key is not supported in selector: ${named}`),
      ...refuseIf(`${key}${value}`.includes("*"), pointer, `wildcard is not supported in selector: ${named}`),
    ];
  });
}
