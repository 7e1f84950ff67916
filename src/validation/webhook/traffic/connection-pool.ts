/** Limits of connections and requests. Istio: validation.go validateConnectionPool. */
import { type Pointer, under } from "../../../mesh/resources/meta.ts";
import { type Findings, refused, refuseIf } from "../finding.ts";
import type { ConnectionPool, HttpPool, TcpPool } from "../messages.ts";
import { durationFindings } from "./time.ts";

export function connectionPoolFindings(pool: ConnectionPool | undefined, at: Pointer): Findings {
  if (pool === undefined) return [];
  const { http, tcp } = pool;
  if (http === undefined && tcp === undefined) return [refused(at, "connection pool must have at least one field")];
  return [
    ...(http === undefined ? [] : httpFindings(http, under(at, "http"))),
    ...(tcp === undefined ? [] : tcpFindings(tcp, under(at, "tcp"))),
  ];
}

const HTTP_COUNTS = [
  ["http1MaxPendingRequests", "http1 max pending requests"],
  ["http2MaxRequests", "http2 max requests"],
  ["maxRequestsPerConnection", "max requests per connection"],
  ["maxRetries", "max retries"],
  ["maxConcurrentStreams", "max concurrent streams"],
] as const;

function httpFindings(http: HttpPool, at: Pointer): Findings {
  const isBoth = http.h2UpgradePolicy === "UPGRADE" && http.useClientProtocol === true;
  return [
    ...HTTP_COUNTS.flatMap(([field, words]) =>
      refuseIf((http[field] ?? 0) < 0, under(at, field), `${words} must be non-negative`),
    ),
    ...durationFindings(http.idleTimeout, under(at, "idleTimeout")),
    ...refuseIf(
      isBoth,
      under(at, "useClientProtocol"),
      "use client protocol must not be true when H2UpgradePolicy is UPGRADE",
    ),
    ...keepAliveFindings(http.http2KeepAlive, under(at, "http2KeepAlive")),
  ];
}

function keepAliveFindings(keepAlive: HttpPool["http2KeepAlive"], at: Pointer): Findings {
  if (keepAlive === undefined) return [];
  return (["interval", "timeout"] as const).flatMap((field) => {
    if (keepAlive[field] === undefined) return [refused(at, `http2 keepalive ${field} is required`)];
    return durationFindings(keepAlive[field], under(at, field));
  });
}

/** An idle timeout below a millisecond either way turns the timeout off. */
function tcpFindings(tcp: TcpPool, at: Pointer): Findings {
  const idle = Math.trunc((tcp.idleTimeout ?? 0) / 1e6) === 0 ? undefined : tcp.idleTimeout;
  return [
    ...refuseIf((tcp.maxConnections ?? 0) < 0, under(at, "maxConnections"), "max connections must be non-negative"),
    ...durationFindings(tcp.connectTimeout, under(at, "connectTimeout")),
    ...durationFindings(tcp.maxConnectionDuration, under(at, "maxConnectionDuration")),
    ...durationFindings(idle, under(at, "idleTimeout")),
    ...durationFindings(tcp.tcpKeepalive?.time, under(at, "tcpKeepalive", "time")),
    ...durationFindings(tcp.tcpKeepalive?.interval, under(at, "tcpKeepalive", "interval")),
  ];
}
