/** Which Prometheus scrapes: one in view, or one of which nothing but its scrapes is known. */
import { inNamespace } from "../../by-namespace.ts";
import { gapsAt } from "../../gaps.ts";
import { isEmptySelector, selectorMatches } from "../../labels.ts";
import { namespaceLabels } from "../../membership/predicted.ts";
import { remembered } from "../../memo.ts";
import type { Mesh } from "../../mesh.ts";
import type { Monitor, Prometheus } from "../../resources/monitoring.ts";
import type { Workload } from "../../workload.ts";
import type { Caller, Confidence } from "../call.ts";

export interface Scraper {
  readonly caller: Caller;
  readonly confidence: Confidence;
  /** The proxy of its pods writes out the certificate of the mesh for it. */
  readonly certificate: boolean;
}

/** Those that the operator runs for the Prometheus objects that take the monitor; without such objects, any. */
export function scrapersFor(mesh: Mesh, monitor: Monitor): readonly Scraper[] {
  if (mesh.prometheuses.length === 0) return anyScrapers(mesh);
  return mesh.prometheuses.flatMap((prometheus) => {
    const confidence = takes(mesh, prometheus, monitor);
    if (confidence === undefined) return [];
    const workload = inNamespace(mesh.workloads, prometheus.namespace).find((each) => isRunFor(each, prometheus));
    return [scraper(workload, confidence, `Prometheus ${prometheus.namespace}/${prometheus.name}`)];
  });
}

/** Whoever follows annotations: the Prometheus servers in view, by their image, else one that is in no file. */
export function anyScrapers(mesh: Mesh): readonly Scraper[] {
  const servers = prometheusServers(mesh.workloads);
  const confidence = servers.length > 1 ? "guess" : "likely";
  return servers.length === 0
    ? [scraper(undefined, "likely", "Prometheus")]
    : servers.map((workload) => scraper(workload, confidence, workload.name));
}

function scraper(workload: Workload | undefined, confidence: Confidence, name: string): Scraper {
  if (workload === undefined) {
    return { caller: { type: "outside", name, proxy: "unknown" }, confidence, certificate: false };
  }
  const { template } = workload;
  const certificate = template.annotations["proxy.istio.io/config"]?.includes("OUTPUT_CERTS") === true;
  return { caller: { type: "workload", name: workload.name, workload }, confidence, certificate };
}

const prometheusServers = remembered((workloads: Mesh["workloads"]) =>
  workloads.filter(({ template }) => template.spec.containers.some(({ image }) => IMAGE.test(image))),
);

const IMAGE = /(^|\/)prometheus(?=[:@]|$)/;

/** The operator labels the pods that it makes. prometheus-operator: pkg/prometheus/server/statefulset.go. */
function isRunFor({ template }: Workload, { name }: Prometheus): boolean {
  return template.labels["operator.prometheus.io/name"] === name || template.labels.prometheus === name;
}

/**
 * No selector takes nothing, an empty one everything; the same for namespaces, where none means its own.
 * prometheus-operator: pkg/prometheus/resource_selector.go.
 */
function takes(mesh: Mesh, prometheus: Prometheus, monitor: Monitor): Confidence | undefined {
  if (gapsAt(prometheus, "/spec").length > 0) return "likely";
  const { selector, namespaces } = prometheus.takes[monitor.kind];
  if (selector === undefined || !selectorMatches(selector, monitor.labels)) return undefined;
  if (namespaces === undefined) return prometheus.namespace === monitor.namespace ? "certain" : undefined;
  if (isEmptySelector(namespaces)) return "certain";
  const labels = namespaceLabels(mesh, monitor.namespace);
  if (labels === undefined) return "likely";
  return selectorMatches(namespaces, { ...labels, "kubernetes.io/metadata.name": monitor.namespace })
    ? "certain"
    : undefined;
}
