/** The order in which Istio prefers objects of one scope. */
import type { Meta } from "./resources/meta.ts";

/**
 * Older first; equally old ones by name, then by namespace. Timestamps have whole seconds, so ties are normal.
 * An object that no server has seen has no timestamp and counts as oldest, as Go's zero time does.
 * Istio: pilot/pkg/model/config.go sortConfigByCreationTime.
 */
export function byAge(a: Meta, b: Meta): number {
  return (
    compareText(a.created ?? "", b.created ?? "") ||
    compareText(a.name, b.name) ||
    compareText(a.namespace, b.namespace)
  );
}

/** Order of code units: Go compares bytes, and the names of Kubernetes are ASCII. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
