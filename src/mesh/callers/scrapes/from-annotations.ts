/** Scrapes that a pod asks for by the annotations that Prometheus' examples made usual. */

import { AGENT_PORT, agentPort } from "../../membership/capture.ts";
import { mergesMetrics } from "../../membership/rewriting.ts";
import type { Mesh } from "../../mesh.ts";
import { under } from "../../resources/meta.ts";
import type { Replica, Workload } from "../../workload.ts";
import type { Call, Evidence } from "../call.ts";
import { anyScrapers } from "./scrapers.ts";

export const SCRAPE = "prometheus.io/scrape";
const PORT = "prometheus.io/port";
const SCHEME = "prometheus.io/scheme";

export function callsFromAnnotations(mesh: Mesh, workload: Workload): readonly Call[] {
  const { object, template } = workload;
  // The injector writes them on every pod: only those of the author tell of anything.
  if (object === undefined || template.annotations[SCRAPE] !== "true") return [];
  const replicas = workload.replicas.filter(({ annotations }) => annotations[SCRAPE] === "true");
  const place = { object, pointer: under(template.at, "metadata", "annotations", SCRAPE) };
  const scrapers = anyScrapers(mesh).filter(({ caller }) => caller.type !== "workload" || caller.workload !== workload);
  return replicas.flatMap((replica) => {
    const ports = scrapedPorts(mesh, replica);
    return ports.flatMap((port) =>
      scrapers.map(({ caller, confidence, certificate }): Call => {
        const evidence: Evidence = { place, what: SCRAPE, confidence: ports.length > 1 ? "guess" : confidence };
        return {
          caller,
          target: { type: "pods", workload, replicas: [replica], port },
          speaks: replica.annotations[SCHEME] === "https" && port !== AGENT_PORT ? "tls" : "http",
          phase: "run",
          ...(certificate && { certificate: true }),
          evidence: [evidence],
        };
      }),
    );
  });
}

/**
 * The injector leads scrapes to the agent, and says so on the pods that run. Where it is not known whether it will, the
 * scrape works in either case. Without a port every declared one is a target. An agent at another port than the usual
 * one answers there past the proxy, which is nothing to tell of.
 */
function scrapedPorts(mesh: Mesh, { pod, membership, annotations, spec }: Replica): readonly number[] {
  const { statusPort } = mesh.config;
  if (pod === undefined && mergesMetrics(mesh, annotations)) {
    if (!membership.known) return [];
    if (membership.proxy === "sidecar" || membership.proxy === "gateway") {
      return statusPort === AGENT_PORT && agentPort(annotations) === AGENT_PORT ? [AGENT_PORT] : [];
    }
  }
  const port = annotations[PORT];
  if (membership.known && membership.proxy === "sidecar" && port === String(statusPort) && statusPort !== AGENT_PORT) {
    return [];
  }
  if (port !== undefined) return /^\d+$/.test(port) ? [Number(port)] : [];
  return spec.containers
    .filter(({ name }) => name !== "istio-proxy")
    .flatMap(({ ports }) => ports.map((each) => each.port));
}
