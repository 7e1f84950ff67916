/** Istio's standard metrics, counted per set of labels and written as Prometheus text. Istio: the filter istio.stats. */
import type { Node } from "../config.ts";
import type { Exchange, Flag, Peer } from "./exchange.ts";

export type Reporter = "source" | "destination";

interface Series {
  readonly labels: string;
  count: number;
  duration: number;
  received: number;
  sent: number;
  closed: number;
}

const UNKNOWN: Peer = { namespace: "unknown", workload: "unknown", app: "unknown", version: "unknown" };

export class Metrics {
  readonly #http = new Map<string, Series>();
  readonly #tcp = new Map<string, Series>();

  /** A request is over, or a TCP connection opened (its bytes come with `closed`). */
  count(node: Node, reporter: Reporter, exchange: Exchange, duration: number) {
    const series = this.#series(node, reporter, exchange);
    series.count++;
    series.duration += duration;
    if (exchange.protocol === "http") this.#bytes(series, exchange);
  }

  closed(node: Node, reporter: Reporter, exchange: Exchange) {
    const series = this.#series(node, reporter, exchange);
    series.closed++;
    this.#bytes(series, exchange);
  }

  #bytes(series: Series, { received, sent }: Exchange) {
    series.received += received;
    series.sent += sent;
  }

  #series(node: Node, reporter: Reporter, exchange: Exchange): Series {
    const table = exchange.protocol === "http" ? this.#http : this.#tcp;
    const key = keyOf(node, reporter, exchange);
    const known = table.get(key);
    if (known) return known;
    const made = { labels: labelsOf(node, reporter, exchange), count: 0, duration: 0, received: 0, sent: 0, closed: 0 };
    table.set(key, made);
    return made;
  }

  prometheus(): string {
    const lines: string[] = [];
    const write = (name: string, type: string, table: Map<string, Series>, value: (series: Series) => number) => {
      if (table.size === 0) return;
      if (type !== "") lines.push(`# TYPE ${name.replace(/_(?:sum|count)$/, "")} ${type}`);
      for (const series of table.values()) lines.push(`${name}{${series.labels}} ${value(series)}`);
    };
    const http = this.#http;
    const tcp = this.#tcp;
    write("istio_requests_total", "counter", http, ({ count }) => count);
    write("istio_request_duration_milliseconds_sum", "histogram", http, ({ duration }) => duration);
    write("istio_request_duration_milliseconds_count", "", http, ({ count }) => count);
    write("istio_request_bytes_sum", "histogram", http, ({ received }) => received);
    write("istio_request_bytes_count", "", http, ({ count }) => count);
    write("istio_response_bytes_sum", "histogram", http, ({ sent }) => sent);
    write("istio_response_bytes_count", "", http, ({ count }) => count);
    write("istio_tcp_connections_opened_total", "counter", tcp, ({ count }) => count);
    write("istio_tcp_connections_closed_total", "counter", tcp, ({ closed }) => closed);
    write("istio_tcp_received_bytes_total", "counter", tcp, ({ received }) => received);
    write("istio_tcp_sent_bytes_total", "counter", tcp, ({ sent }) => sent);
    return lines.length > 0 ? `${lines.join("\n")}\n` : "";
  }
}

/** What tells one series of a proxy from another, cheaper than the labels. */
function keyOf(
  node: Node,
  reporter: Reporter,
  { peer, code, flags, service, security, ...exchange }: Exchange,
): string {
  const other = peer ? `${peer.namespace}/${peer.workload}/${peer.version}` : "";
  const principals = `${exchange.sourcePrincipal}>${exchange.destinationPrincipal}`;
  return `${reporter}|${node.version}|${other}|${principals}|${service}|${exchange.cluster}|${code}|${[...flags]}|${security}`;
}

/** Istio: the labels of istio.stats, in their order. */
function labelsOf(node: Node, reporter: Reporter, exchange: Exchange): string {
  const own: Peer = node;
  const peer = exchange.peer ?? UNKNOWN;
  const [source, destination] = reporter === "source" ? [own, peer] : [peer, own];
  const service = serviceOf(exchange, reporter, node);
  const labels: readonly (readonly [string, string])[] = [
    ["reporter", reporter],
    ["source_workload", source.workload],
    ["source_canonical_service", source.app],
    ["source_canonical_revision", source.version],
    ["source_workload_namespace", source.namespace],
    ["source_principal", exchange.sourcePrincipal ?? "unknown"],
    ["source_app", source.app],
    ["source_version", source.version],
    ["source_cluster", source.cluster ?? (source === UNKNOWN ? "unknown" : node.cluster)],
    ["destination_workload", destination.workload],
    ["destination_workload_namespace", destination.namespace],
    ["destination_principal", exchange.destinationPrincipal ?? "unknown"],
    ["destination_app", destination.app],
    ["destination_version", destination.version],
    ["destination_service", service.host],
    ["destination_canonical_service", destination.app],
    ["destination_canonical_revision", destination.version],
    ["destination_service_name", service.name],
    ["destination_service_namespace", service.namespace === "" ? destination.namespace : service.namespace],
    ["destination_cluster", destination.cluster ?? (destination === UNKNOWN ? "unknown" : node.cluster)],
    ["request_protocol", exchange.protocol === "tcp" ? "tcp" : exchange.grpc ? "grpc" : "http"],
    ...(exchange.protocol === "http" ? ([["response_code", String(exchange.code)]] as const) : []),
    ...(exchange.protocol === "http" ? ([["grpc_response_status", ""]] as const) : []),
    ["response_flags", flagsOf(exchange.flags)],
    ["connection_security_policy", exchange.security],
  ];
  return labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(",");
}

function flagsOf(flags: ReadonlySet<Flag>): string {
  return flags.size > 0 ? [...flags].join(",") : "-";
}

function serviceOf({ service, cluster = "", authority }: Exchange, reporter: Reporter, node: Node) {
  if (service !== undefined) {
    const [name = "", namespace = ""] = service.split(".");
    return service.includes(".svc.")
      ? { host: service, name, namespace }
      : { host: service, name: service, namespace: "" };
  }
  if (reporter === "destination") return { host: authority ?? "unknown", name: node.app, namespace: node.namespace };
  return { host: authority ?? "unknown", name: cluster === "" ? "unknown" : cluster, namespace: "unknown" };
}

const escaped = (value: string): string => value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n");
