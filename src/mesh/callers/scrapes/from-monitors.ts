/** Scrapes that a ServiceMonitor or a PodMonitor asks for: Prometheus goes to each pod at its own address. */
import { inNamespace } from "../../by-namespace.ts";
import { selectorMatches } from "../../labels.ts";
import type { Mesh } from "../../mesh.ts";
import { endpointsOf, type PodInView } from "../../registry/endpoints.ts";
import { fromService } from "../../registry/service.ts";
import type { Monitor, ScrapeEndpoint } from "../../resources/monitoring.ts";
import { runningContainers } from "../../resources/pod.ts";
import type { Replica } from "../../workload.ts";
import type { Call } from "../call.ts";
import { type Scraper, scrapersFor } from "./scrapers.ts";

type Scraped = PodInView & { readonly port: number };

export function callsFromMonitors(mesh: Mesh): readonly Call[] {
  return mesh.monitors.flatMap((monitor) => {
    const scrapers = scrapersFor(mesh, monitor);
    return monitor.endpoints
      .filter(({ relabelled }) => relabelled !== "redirected")
      .flatMap((endpoint) =>
        scraped(mesh, monitor, endpoint).flatMap((pod) =>
          scrapers.flatMap((scraper) => scrapeOf(monitor, endpoint, pod, scraper)),
        ),
      );
  });
}

function scrapeOf(monitor: Monitor, endpoint: ScrapeEndpoint, pod: Scraped, scraper: Scraper): readonly Call[] {
  const { caller } = scraper;
  const { workload, replica, port } = pod;
  // What it tells of itself it gets without leaving the pod.
  if (caller.type === "workload" && caller.workload === workload) return [];
  const isSure = scraper.confidence === "certain" && endpoint.relabelled === "no";
  const place = { object: monitor, pointer: endpoint.at };
  return [
    {
      caller,
      target: { type: "pods", workload, replicas: [replica], port },
      speaks: endpoint.tls ? "tls" : "http",
      phase: "run",
      ...(endpoint.certificate && { certificate: true }),
      evidence: [
        {
          place,
          what: `${monitor.kind} ${monitor.name}`,
          confidence: isSure || scraper.confidence === "guess" ? scraper.confidence : "likely",
        },
      ],
    },
  ];
}

function scraped(mesh: Mesh, monitor: Monitor, endpoint: ScrapeEndpoint): readonly Scraped[] {
  const { namespaces } = monitor;
  const within = <Object extends { readonly namespace: string }>(all: readonly Object[]) =>
    namespaces === "any" ? all : namespaces.flatMap((namespace) => inNamespace(all, namespace));
  return monitor.kind === "ServiceMonitor"
    ? within(mesh.services)
        .filter(({ labels }) => selectorMatches(monitor.selector, labels))
        .flatMap((service) => behindService(mesh, fromService(service), endpoint))
    : within(mesh.workloads).flatMap((workload) =>
        workload.replicas
          .filter(({ labels }) => selectorMatches(monitor.selector, labels))
          .flatMap((replica) => containerPort(replica, endpoint).map((port) => ({ workload, replica, port }))),
      );
}

/** The port by the name that the Service gives it; a target port is one of the pods behind any port of the Service. */
function behindService(
  mesh: Mesh,
  service: ReturnType<typeof fromService>,
  endpoint: ScrapeEndpoint,
): readonly Scraped[] {
  const ports = service.ports.filter(({ name }) => endpoint.port === undefined || name === endpoint.port);
  const found = ports.flatMap((port) => endpointsOf(mesh, service, port));
  return found.flatMap(({ at, port }): readonly Scraped[] => {
    if (at === undefined) return [];
    if (endpoint.port !== undefined) return [{ ...at, port }];
    return containerPort(at.replica, endpoint).map((each) => ({ ...at, port: each }));
  });
}

/** A port that some container declares: nothing else is a target. */
function containerPort({ spec }: Replica, { port, targetPort }: ScrapeEndpoint): readonly number[] {
  const wanted = port ?? targetPort;
  if (wanted === undefined) return [];
  const declared = runningContainers(spec).flatMap(({ ports }) => ports);
  return declared.filter((each) => each.name === wanted || each.port === wanted).map((each) => each.port);
}
