/** The order in which Istio prefers objects of one scope. */
import type { Meta } from "./resources/meta.ts";

/**
 * Older first; equally old ones by name, then by namespace. Timestamps have whole seconds, so ties are normal.
 * Istio: pilot/pkg/model/config.go sortConfigByCreationTime.
 */
export function byAge(a: Meta, b: Meta): number {
  return byCreation(a, b) || compareText(a.name, b.name) || compareText(a.namespace, b.namespace);
}

/** What no server has seen will be created when it is applied: it is younger than all that has been. */
export function byCreation(a: Meta, b: Meta): number {
  if (a.created === undefined || b.created === undefined) {
    return Number(a.created === undefined) - Number(b.created === undefined);
  }
  return compareText(a.created, b.created);
}

/** Order of code units: Go compares bytes, and the names of Kubernetes are ASCII. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
