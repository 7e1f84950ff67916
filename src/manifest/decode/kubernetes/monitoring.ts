/** Objects of the Prometheus operator. */
import type { Meta } from "../../../mesh/resources/meta.ts";
import type { Monitor, MonitorSelection, Prometheus, ScrapeEndpoint } from "../../../mesh/resources/monitoring.ts";
import { type Field, flag, get, integer, isPresent, items, optional, text, textOrInteger, texts } from "../field.ts";
import { decodeSelector } from "./webhook.ts";

const ENDPOINTS = { ServiceMonitor: "endpoints", PodMonitor: "podMetricsEndpoints" } as const;

export function decodeMonitor(
  root: Field,
  kind: Monitor["kind"],
  { namespace }: { readonly namespace: string },
): Omit<Monitor, keyof Meta> & { readonly kind: Monitor["kind"] } {
  const spec = get(root, "spec");
  const names = texts(get(spec, "namespaceSelector", "matchNames"));
  const any = flag(get(spec, "namespaceSelector", "any")) === true;
  return {
    kind,
    selector: decodeSelector(get(spec, "selector")),
    namespaces: any ? "any" : names.length > 0 ? names : [namespace],
    endpoints: items(get(spec, ENDPOINTS[kind])).map(decodeEndpoint),
  };
}

function decodeEndpoint(field: Field): ScrapeEndpoint {
  const port = text(get(field, "port"));
  const targetPort = textOrInteger(get(field, "targetPort")) ?? integer(get(field, "portNumber"));
  const rules = items(get(field, "relabelings"));
  const redirected = rules.some((rule) => text(get(rule, "targetLabel")) === "__address__");
  const tls = get(field, "tlsConfig");
  return {
    at: field.at,
    ...(port !== undefined && { port }),
    ...(targetPort !== undefined && { targetPort }),
    tls: text(get(field, "scheme"))?.toLowerCase() === "https",
    certificate: isPresent(get(tls, "certFile")) || isPresent(get(tls, "cert")),
    relabelled: redirected ? "redirected" : rules.some(keepsSome) ? "narrowed" : "no",
  };
}

/** Rules without these actions change labels of metrics only. */
function keepsSome(rule: Field): boolean {
  return ["keep", "drop", "keepequal", "dropequal", "hashmod"].includes(
    (text(get(rule, "action")) ?? "replace").toLowerCase(),
  );
}

export function decodePrometheus(
  root: Field,
  kind: Prometheus["kind"],
): Omit<Prometheus, keyof Meta> & { readonly kind: Prometheus["kind"] } {
  const spec = get(root, "spec");
  return {
    kind,
    takes: {
      ServiceMonitor: decodeSelection(spec, "serviceMonitor"),
      PodMonitor: decodeSelection(spec, "podMonitor"),
    },
  };
}

function decodeSelection(spec: Field, what: "serviceMonitor" | "podMonitor"): MonitorSelection {
  const selector = optional(get(spec, `${what}Selector`), decodeSelector);
  const namespaces = optional(get(spec, `${what}NamespaceSelector`), decodeSelector);
  return { ...(selector && { selector }), ...(namespaces && { namespaces }) };
}
