/** Durations in settings. Istio: agent/validation.go ValidateDuration. */
import type { Pointer } from "../../../mesh/resources/meta.ts";
import { type Findings, refused } from "../finding.ts";

/** At least a millisecond, in whole milliseconds. An absent duration is not looked at. */
export function durationFindings(nanoseconds: number | undefined, at: Pointer): Findings {
  if (nanoseconds === undefined) return [];
  if (nanoseconds < 1e6) return [refused(at, "duration must be greater than 1ms")];
  return nanoseconds % 1e6 === 0 ? [] : [refused(at, "only durations to ms precision are supported")];
}
