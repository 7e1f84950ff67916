/** What istiod says of a place in an object. */
import type { Pointer } from "../../mesh/resources/meta.ts";

export interface Finding {
  readonly severity: "refused" | "warning";
  readonly pointer: Pointer;
  readonly says: string;
}

export type Findings = readonly Finding[];

export function refused(pointer: Pointer, says: string): Finding {
  return { severity: "refused", pointer, says };
}

export function warned(pointer: Pointer, says: string): Finding {
  return { severity: "warning", pointer, says };
}

/** A finding where something is wrong, and none where nothing is. */
export function refuseIf(wrong: boolean, pointer: Pointer, says: string): Findings {
  return wrong ? [refused(pointer, says)] : [];
}

export function warnIf(odd: boolean, pointer: Pointer, says: string): Findings {
  return odd ? [warned(pointer, says)] : [];
}

/** A finding for what a check says is wrong. */
export function refuseFault(fault: string | undefined, pointer: Pointer): Findings {
  return fault === undefined ? [] : [refused(pointer, fault)];
}

/** Istiod loses the warnings of subsets and of ports where it joins them to errors. Istio: agent/validation.go AppendErrors. */
export function withoutWarnings(findings: Findings): Findings {
  return findings.filter(({ severity }) => severity === "refused");
}
