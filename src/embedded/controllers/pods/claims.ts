/** A claim for storage is bound at once: volumes of the embedded mesh are in memory. */
import { type Cluster, isEnding, kindOf, writeStatus } from "../cluster.ts";
import type { Controller } from "../reconciler.ts";

export function claims(cluster: Cluster): Controller {
  const kind = kindOf(cluster, "", "PersistentVolumeClaim");
  return {
    name: "persistentvolume-controller",
    kind,
    watches: [],
    reconcile(claim) {
      const { accessModes = [], resources } = claim.spec as {
        readonly accessModes?: readonly string[];
        readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
      };
      const capacity = resources?.requests ?? {};
      if (!isEnding(claim)) writeStatus(cluster, kind, claim, { phase: "Bound", accessModes, capacity });
      return undefined;
    },
  };
}
