/**
 * Patches that change nothing about where a connection goes and how it is secured. A verdict says whether mutual TLS
 * lets a call through: what a filter answers for itself, or how long a route waits, is no part of it. Each list holds
 * what is known to be harmless; all else is not.
 */
import type { ConfigPatch } from "../resources/envoy-filter.ts";
import { at, fields, type Typed, typedConfig } from "./message.ts";

export function isHarmless(patch: ConfigPatch): boolean {
  return patch.operation === undefined || patch.operation === "INVALID" || (HARMLESS[patch.applyTo]?.(patch) ?? false);
}

const HARMLESS: Readonly<Record<string, (patch: ConfigPatch) => boolean>> = {
  BOOTSTRAP: () => true,
  EXTENSION_CONFIG: ({ value }) => decidesNothing(typedConfig(value)),
  LISTENER: (patch) => merges(patch, SAFE.listener) || patch.operation === "REPLACE",
  FILTER_CHAIN: (patch) => merges(patch, SAFE.chain) || patch.operation === "REPLACE",
  LISTENER_FILTER: ({ operation, listener }) =>
    operation === "MERGE_AND_REPLACE_LIST" || (ofOne(operation) && listener?.listenerFilter === undefined),
  NETWORK_FILTER: isHarmlessNetworkFilter,
  HTTP_FILTER: isHarmlessHttpFilter,
  ROUTE_CONFIGURATION: (patch) => !isMerge(patch) || merges(patch, SAFE.routes),
  VIRTUAL_HOST: (patch) => merges(patch, SAFE.host),
  HTTP_ROUTE: (patch) =>
    patch.operation === "REPLACE" || (merges(patch, SAFE.route) && areSafe(at(patch.value, "route"), SAFE.action)),
  CLUSTER: (patch) =>
    patch.operation === "REPLACE" ||
    (merges(patch, SAFE.cluster) && !/"auto_?config"/i.test(JSON.stringify(patch.value ?? {}))),
};

const MUTATES = "request_headers_to_add request_headers_to_remove response_headers_to_add response_headers_to_remove";

/** Fields of Envoy's messages that have no say. */
const SAFE = {
  listener: words(
    `per_connection_buffer_limit_bytes access_log socket_options tcp_backlog_size stat_prefix metadata
    listener_filters_timeout tcp_fast_open_queue_length enable_reuse_port connection_balance_config`,
  ),
  chain: words("transport_socket_connect_timeout metadata"),
  routes: words(`${MUTATES} internal_only_headers most_specific_header_mutations_wins metadata typed_per_filter_config
    max_direct_response_body_size_bytes request_mirror_policies`),
  host: words(`${MUTATES} rate_limits cors retry_policy hedge_policy typed_per_filter_config metadata
    include_request_attempt_count include_attempt_count_in_response per_request_buffer_limit_bytes`),
  route: words(`${MUTATES} name route metadata decorator typed_per_filter_config tracing stat_prefix
    per_request_buffer_limit_bytes`),
  action: words(`timeout idle_timeout retry_policy max_stream_duration priority hash_policy cors rate_limits
    include_vh_rate_limits max_grpc_timeout grpc_timeout_offset hedge_policy request_mirror_policies prefix_rewrite
    regex_rewrite host_rewrite_literal auto_host_rewrite append_x_forwarded_host`),
  cluster: words(`alt_stat_name connect_timeout per_connection_buffer_limit_bytes max_requests_per_connection
    circuit_breakers common_http_protocol_options outlier_detection cleanup_interval upstream_connection_options
    track_timeout_budgets track_cluster_stats ignore_health_on_host_removal preconnect_policy dns_refresh_rate
    dns_failure_refresh_rate respect_dns_ttl metadata typed_extension_protocol_options
    close_connections_on_host_health_failure connection_pool_per_downstream_connection`),
  HttpConnectionManager: words(`access_log access_log_options add_user_agent common_http_protocol_options
    delayed_close_timeout drain_timeout forward_client_cert_details set_current_client_cert_details
    http_protocol_options http2_protocol_options stream_idle_timeout request_timeout request_headers_timeout
    max_request_headers_kb normalize_path merge_slashes path_with_escaped_slashes_action generate_request_id
    preserve_external_request_id always_set_request_id_in_response request_id_extension server_header_transformation
    server_name skip_xff_append use_remote_address xff_num_trusted_hops stat_prefix tracing upgrade_configs via
    local_reply_config original_ip_detection_extensions internal_address_config proxy_100_continue
    stream_error_on_invalid_http_message represent_ipv4_remote_address_as_ipv4_mapped_ipv6`),
  TcpProxy: words(`access_log access_log_options idle_timeout stat_prefix max_connect_attempts
    max_downstream_connection_duration`),
};

/** Network filters that pass a connection on as it is, or end it for reasons of their own. */
const PASSING = words(`LocalRateLimit RateLimit ConnectionLimit Wasm MetadataExchange PluginConfig MySQLProxy
  MongoProxy ZooKeeperProxy KafkaBroker PostgresProxy
  envoy.filters.network.local_ratelimit envoy.filters.network.ratelimit envoy.filters.network.connection_limit
  envoy.filters.network.wasm envoy.filters.network.metadata_exchange istio.metadata_exchange istio.stats
  envoy.filters.network.mysql_proxy envoy.filters.network.mongo_proxy`);

/** HTTP filters that decide by who calls, or where a request goes. */
const DECIDING = words(`RBAC RBACPerRoute Router FilterConfig PerRouteConfig Composite ExecuteFilterAction
  envoy.filters.http.rbac envoy.filters.http.router envoy.filters.http.dynamic_forward_proxy
  envoy.filters.http.composite`);

/**
 * A filter that is added last stands behind the one that ends the chain, and Envoy refuses that. Without a filter to
 * match nothing is removed or replaced, and all are merged into.
 * Istio: pilot/pkg/networking/core/envoyfilter/listener_patch.go patchNetworkFilters, patchNetworkFilter.
 */
function isHarmlessNetworkFilter(patch: ConfigPatch): boolean {
  const { operation = "", listener, value } = patch;
  const { type, config } = typedConfig(value);
  const passes = type !== undefined && PASSING.has(type);
  const matched = listener?.filter;
  switch (operation) {
    case "INSERT_FIRST":
    case "INSERT_BEFORE":
      return passes;
    case "INSERT_AFTER":
      return passes && matched !== undefined && PASSING.has(matched);
    case "REMOVE":
      return matched === undefined || PASSING.has(matched);
    case "REPLACE":
      return matched === undefined || (passes && PASSING.has(matched));
    case "MERGE":
      if (type === undefined) return config === undefined;
      if (type === "HttpConnectionManager" || type === "TcpProxy") return areSafe(config, SAFE[type]);
      return passes;
    default:
      return operation === "MERGE_AND_REPLACE_LIST";
  }
}

/** As with network filters; only the filters in question are others. Istio: listener_patch.go patchHTTPFilters, mergeHTTPFilter. */
function isHarmlessHttpFilter({ operation = "", listener, value }: ConfigPatch): boolean {
  const filter = typedConfig(value);
  const matched = listener?.filter === undefined ? undefined : listener.subFilter;
  const known = matched === undefined || !DECIDING.has(matched);
  switch (operation) {
    case "INSERT_FIRST":
    case "INSERT_BEFORE":
      return decidesNothing(filter);
    case "INSERT_AFTER":
      return matched !== undefined && matched !== "envoy.filters.http.router" && decidesNothing(filter);
    case "REMOVE":
      return known;
    case "REPLACE":
      return matched === undefined || (known && decidesNothing(filter));
    case "MERGE":
      return known && decidesNothing(filter);
    default:
      return operation === "MERGE_AND_REPLACE_LIST";
  }
}

function decidesNothing({ type }: Typed): boolean {
  return type === undefined || !DECIDING.has(type);
}

function isMerge({ operation }: ConfigPatch): boolean {
  return operation === "MERGE" || operation === "MERGE_AND_REPLACE_LIST";
}

/** Operations that need a filter to match. */
function ofOne(operation: string | undefined): boolean {
  return operation === "MERGE" || operation === "REMOVE" || operation === "REPLACE";
}

function merges(patch: ConfigPatch, safe: ReadonlySet<string>): boolean {
  return isMerge(patch) && areSafe(patch.value, safe);
}

function areSafe(message: unknown, safe: ReadonlySet<string>): boolean {
  return fields(message).every((name) => safe.has(name));
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
