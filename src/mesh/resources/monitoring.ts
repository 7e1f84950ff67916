/** Objects of the Prometheus operator: which pods are scraped, and by which Prometheus. */
import type { LabelSelector } from "./core.ts";
import type { Meta, Pointer } from "./meta.ts";

export interface ScrapeEndpoint {
  /** Pointer of the list item. */
  readonly at: Pointer;
  /** Name of a port of the Service, or in a PodMonitor of a container. */
  readonly port?: string;
  /** A port of a container, by number or name. */
  readonly targetPort?: number | string;
  readonly tls: boolean;
  /** Prometheus shows a client certificate of its own. */
  readonly certificate: boolean;
  /** Rules keep some targets only, or send scrapes to another address than that of the pod. */
  readonly relabelled: "no" | "narrowed" | "redirected";
}

/** Which Services, or which pods themselves, are scraped. */
export interface Monitor extends Meta {
  readonly kind: "ServiceMonitor" | "PodMonitor";
  readonly selector: LabelSelector;
  /** Its own where it names none. */
  readonly namespaces: "any" | readonly string[];
  readonly endpoints: readonly ScrapeEndpoint[];
}

/** Without a selector no monitor is taken; without one for namespaces those of its own namespace are. */
export interface MonitorSelection {
  readonly selector?: LabelSelector;
  readonly namespaces?: LabelSelector;
}

export interface Prometheus extends Meta {
  readonly kind: "Prometheus" | "PrometheusAgent";
  readonly takes: Readonly<Record<Monitor["kind"], MonitorSelection>>;
}
