/** Which endpoints are taken out of service. Istio: validation.go validateOutlierDetection. */
import { type Pointer, under } from "../../../mesh/resources/meta.ts";
import { type Findings, refuseIf, warnIf } from "../finding.ts";
import type { OutlierDetection } from "../messages.ts";
import { durationFindings } from "./time.ts";

export function outlierFindings(outlier: OutlierDetection | undefined, at: Pointer): Findings {
  if (outlier === undefined) return [];
  const isUnsplit =
    outlier.splitExternalLocalOriginErrors !== true && (outlier.consecutiveLocalOriginFailures ?? 0) > 0;
  const percent = (value: number, name: string) =>
    refuseIf(value < 0 || value > 100, under(at, name), `percentage ${value} is not in range 0..100`);
  return [
    ...durationFindings(outlier.baseEjectionTime, under(at, "baseEjectionTime")),
    ...warnIf(
      (outlier.consecutiveErrors ?? 0) !== 0,
      under(at, "consecutiveErrors"),
      "outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead",
    ),
    ...refuseIf(
      isUnsplit,
      under(at, "consecutiveLocalOriginFailures"),
      "outlier detection consecutive local origin failures is specified, but split external local origin errors is set to false",
    ),
    ...durationFindings(outlier.interval, under(at, "interval")),
    ...percent(outlier.maxEjectionPercent ?? 0, "maxEjectionPercent"),
    ...percent(outlier.minHealthPercent ?? 0, "minHealthPercent"),
  ];
}
