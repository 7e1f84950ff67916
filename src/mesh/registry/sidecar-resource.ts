/** Which Sidecar resource shapes the proxy of a pod. */
import { inNamespace } from "../by-namespace.ts";
import { hasLabels } from "../labels.ts";
import type { Mesh } from "../mesh.ts";
import type { Sidecar } from "../resources/istio.ts";
import type { Labels } from "../resources/meta.ts";

/**
 * The oldest of the namespace whose selector takes the pod in, else the oldest of the namespace without selector, else
 * the oldest of the root namespace without selector. Gateways have none.
 * Istio: pilot/pkg/model/push_context.go getSidecarScope, initSidecarScopes.
 */
export function sidecarFor(
  mesh: Mesh,
  pod: { readonly namespace: string; readonly labels: Labels },
): Sidecar | undefined {
  const own = inNamespace(mesh.sidecars, pod.namespace);
  const selected = own.find(
    ({ workloadSelector }) => workloadSelector !== undefined && hasLabels(pod.labels, workloadSelector),
  );
  const forAll = ({ workloadSelector }: Sidecar) => workloadSelector === undefined;
  return selected ?? own.find(forAll) ?? inNamespace(mesh.sidecars, mesh.config.rootNamespace).find(forAll);
}
