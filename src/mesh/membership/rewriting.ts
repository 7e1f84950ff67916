/** What the injector makes of a pod's own health checks and metrics: it can lead both to the agent beside the proxy. */
import type { Mesh } from "../mesh.ts";
import type { Labels } from "../resources/meta.ts";
import type { Replica } from "../workload.ts";
import { injectorConfig } from "./injector.ts";
import { namespaceLabels } from "./predicted.ts";

export const REWRITE_PROBES = "sidecar.istio.io/rewriteAppHTTPProbers";

/**
 * The annotation where it says yes or no, otherwise the injector's value `rewriteAppHTTPProbe`.
 * Istio: pkg/kube/inject/app_probe.go ShouldRewriteAppHTTPProbers.
 */
export function rewritesProbes(mesh: Mesh, replica: Pick<Replica, "namespace" | "labels" | "annotations">): boolean {
  return parsedBool(replica.annotations[REWRITE_PROBES]) ?? injectorOf(mesh, replica).rewritesProbes;
}

function injectorOf(mesh: Mesh, { namespace, labels }: Pick<Replica, "namespace" | "labels">) {
  const asked = namespaceLabels(mesh, namespace)?.["istio.io/rev"] ?? labels["istio.io/rev"] ?? mesh.revision;
  const revision = mesh.revisionTags.get(asked) ?? asked;
  return injectorConfig(mesh.configMaps, { namespace: "istio-system", revision });
}

/**
 * Unless an annotation or the mesh says no, or the pod does not want to be scraped, scrapes are led to the agent, which
 * merges what the application tells with what the proxy does. Istio: pkg/kube/inject/webhook.go applyPrometheusMerge.
 */
export function mergesMetrics(mesh: Mesh, annotations: Labels): boolean {
  const scraped = parsedBool(annotations["prometheus.io/scrape"]) ?? true;
  return scraped && (parsedBool(annotations["prometheus.istio.io/merge-metrics"]) ?? mesh.config.enablePrometheusMerge);
}

/** As Go reads it: anything else is no answer. */
export function parsedBool(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (["1", "t", "T", "true", "True", "TRUE"].includes(text)) return true;
  return ["0", "f", "F", "false", "False", "FALSE"].includes(text) ? false : undefined;
}
