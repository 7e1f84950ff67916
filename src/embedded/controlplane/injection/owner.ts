/** Whose pod it is, as the injector and the statistics name it. */
import type { Pod } from "../../api/shapes.ts";

/** The name of the Deployment, where a ReplicaSet of one owns the pod. Istio: pkg/kube/controllers GetDeployMetaFromPod. */
export function ownerName({ metadata }: Pod): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return metadata.name ?? String(metadata.generateName ?? "").replace(/-$/, "");
  const hash = metadata.labels?.["pod-template-hash"];
  const isOfDeployment = owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`);
  return isOfDeployment ? owner.name.slice(0, -hash.length - 1) : owner.name;
}
