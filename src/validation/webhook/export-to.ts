/** To which namespaces a resource is exported. Istio: validation.go validateExportTo. */
import { type Pointer, under } from "../../mesh/resources/meta.ts";
import { type Findings, refused, refuseIf } from "./finding.ts";
import { isDnsLabel } from "./names.ts";

export interface Exporter {
  readonly namespace: string;
  /** The rule is for single workloads. */
  readonly selects: boolean;
}

export function exportFindings(exportTo: readonly string[], at: Pointer, { namespace, selects }: Exporter): Findings {
  const exported = new Set<string>();
  const findings = exportTo.flatMap((entry, index): Findings => {
    const key = entry === "." ? namespace : entry;
    const fault = exported.has(key) ? duplicate(entry, namespace) : visibilityFault(key);
    if (fault !== undefined) return [refused(under(at, index), fault)];
    exported.add(key);
    return [];
  });
  const isPublic = exported.has("*") && exportTo.length > 1;
  return [
    ...findings,
    ...(selects && exported.size > 0 ? selectorFindings(exported, at, namespace) : []),
    ...refuseIf(isPublic, at, "cannot have both public (*) and non-public exportTo values for a resource"),
  ];
}

function duplicate(entry: string, namespace: string): string {
  if (entry === ".") return `duplicate entries in exportTo: . and current namespace ${namespace}`;
  return `duplicate entries in exportTo for entry ${entry}`;
}

/** Istio: pkg/config/visibility/visibility.go Validate. */
function visibilityFault(key: string): string | undefined {
  if (key === "~") return "exportTo ~ (none) is not allowed for Istio configuration objects";
  const isNamed = key === "." || key === "*" || isDnsLabel(key);
  return isNamed ? undefined : "only .,*, or a valid DNS 1123 label is allowed as exportTo entry";
}

/** A rule for single workloads stays in its namespace. */
function selectorFindings(exported: ReadonlySet<string>, at: Pointer, namespace: string): Findings {
  const rule = "destination rule with workload selector cannot have";
  if (!exported.has(namespace)) return [refused(at, `${rule} exportTo beyond current namespace`)];
  return refuseIf(exported.size > 1, at, `${rule} multiple entries in exportTo`);
}
