/** What callers are told to send: client TLS and load balancing per host, subset and port. */
import type {
  ClientTls,
  ClientTlsMode,
  DestinationRule,
  PortTrafficPolicy,
  Subset,
  TrafficPolicy,
} from "../../../mesh/resources/istio.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import {
  defined,
  type Field,
  get,
  integer,
  isPresent,
  items,
  labels,
  noteUnknownFields,
  optional,
  text,
  texts,
  word,
} from "../field.ts";
import { matchLabels } from "../meta.ts";

const FIELDS = ["host", "trafficPolicy", "subsets", "exportTo", "workloadSelector"];
const CLIENT_TLS_MODES: readonly ClientTlsMode[] = ["DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"];

export function decodeDestinationRule(root: Field): Omit<DestinationRule, keyof Meta> {
  const spec = get(root, "spec");
  noteUnknownFields(spec, FIELDS);
  const trafficPolicy = optional(get(spec, "trafficPolicy"), decodeTrafficPolicy);
  const workloadSelector = matchLabels(get(spec, "workloadSelector"), "matchLabels");
  return {
    host: text(get(spec, "host")) ?? "",
    ...(trafficPolicy && { trafficPolicy }),
    subsets: items(get(spec, "subsets")).map(decodeSubset),
    exportTo: texts(get(spec, "exportTo")),
    ...(workloadSelector && { workloadSelector }),
  };
}

function decodeSubset(field: Field): Subset {
  const trafficPolicy = optional(get(field, "trafficPolicy"), decodeTrafficPolicy);
  return {
    name: text(get(field, "name")) ?? "",
    labels: labels(get(field, "labels")),
    ...(trafficPolicy && { trafficPolicy }),
  };
}

function decodeTrafficPolicy(field: Field): TrafficPolicy {
  const ports = items(get(field, "portLevelSettings")).map(decodePortPolicy);
  return { ...decodeConnection(field), ports: defined(ports) };
}

function decodePortPolicy(field: Field): PortTrafficPolicy | undefined {
  const port = integer(get(field, "port", "number"));
  return port === undefined ? undefined : { port, ...decodeConnection(field) };
}

function decodeConnection(field: Field): Omit<PortTrafficPolicy, "port"> {
  const tls = optional(get(field, "tls"), decodeTls);
  const balancer = get(field, "loadBalancer");
  const hasLoadBalancer = isPresent(balancer);
  const loadBalancer = hasLoadBalancer ? text(get(balancer, "simple")) : undefined;
  return { ...(tls && { tls }), ...(loadBalancer !== undefined && { loadBalancer }), hasLoadBalancer };
}

/** Istio API: ClientTLSSettings.mode is DISABLE where it is not set. */
function decodeTls(field: Field): ClientTls {
  const credentialName = text(get(field, "credentialName"));
  const sni = text(get(field, "sni"));
  return {
    at: field.at,
    mode: word(get(field, "mode"), CLIENT_TLS_MODES) ?? "DISABLE",
    ...(credentialName !== undefined && { credentialName }),
    ...(sni !== undefined && sni !== "" && { sni }),
  };
}
