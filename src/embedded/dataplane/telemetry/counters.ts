/** Envoy's own statistics, as `pilot-agent request GET stats` prints those that the pod's annotations ask for. */

/** Exist from the start, so that a zero shows. */
const LISTENER = [
  "downstream_cx_active",
  "downstream_cx_destroy",
  "downstream_cx_total",
  "downstream_pre_cx_active",
  "no_filter_chain_match",
  "ssl.connection_error",
  "ssl.fail_verify_error",
  "ssl.fail_verify_no_cert",
  "ssl.handshake",
  "ssl.no_certificate",
].map((name) => `listener.0.0.0.0_15006.${name}`);
const INSPECTOR = [
  "alpn_found",
  "alpn_not_found",
  "client_hello_too_large",
  "connection_closed",
  "sni_found",
  "sni_not_found",
  "tls_found",
  "tls_not_found",
].map((name) => `tls_inspector.${name}`);

/** Istio shows these without being asked. Istio: pkg/bootstrap/config.go defaultEnvoyStatsMatcherInclusionPrefixes. */
const ALWAYS = ["cluster_manager", "listener_manager", "server", "cluster.xds-grpc"];

export class Counters {
  readonly #values = new Map<string, number>();

  constructor(type: "sidecar" | "router") {
    for (const name of type === "sidecar" ? [...LISTENER, ...INSPECTOR] : []) this.#values.set(name, 0);
  }

  add(name: string, by = 1) {
    this.#values.set(name, (this.#values.get(name) ?? 0) + by);
  }

  /** `name: value` lines, sorted, of names with one of the prefixes. */
  lines(prefixes: readonly string[]): string {
    const shown = [...ALWAYS, ...prefixes.filter((prefix) => prefix !== "")];
    const names = [...this.#values.keys()].filter((name) => shown.some((prefix) => name.startsWith(prefix)));
    return names
      .toSorted()
      .map((name) => `${name}: ${this.#values.get(name)}\n`)
      .join("");
  }
}
