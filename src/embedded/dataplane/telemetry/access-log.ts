/** One line per request or connection. Istio: pilot/pkg/model/telemetry_logging.go EnvoyTextLogFormat. */
import type { Exchange } from "./exchange.ts";

export function accessLogLine(exchange: Exchange, now: number): string {
  const { method = "-", path = "-", version = "-", code, flags } = exchange;
  const fields = [
    `[${new Date(exchange.started).toISOString()}]`,
    quoted(`${method} ${path} ${version}`),
    code,
    flags.size > 0 ? [...flags].join(",") : "-",
    exchange.details ?? "-",
    "-",
    quoted(exchange.transportFailure),
    exchange.received,
    exchange.sent,
    now - exchange.started,
    exchange.serviceTime ?? "-",
    ...[exchange.forwardedFor, exchange.userAgent, exchange.requestId, exchange.authority, exchange.upstream].map(
      quoted,
    ),
    exchange.cluster ?? "-",
    exchange.upstreamLocal ?? "-",
    `${exchange.to.ip}:${exchange.to.port}`,
    `${exchange.from.ip}:${exchange.from.port}`,
    exchange.serverName ?? "-",
    exchange.route ?? "-",
  ];
  return fields.join(" ");
}

const quoted = (value: string | undefined): string => `"${value ?? "-"}"`;
