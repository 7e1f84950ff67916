/** Answers that a proxy gives itself, in Envoy's words. */
import { type ServerResponse, STATUS_CODES } from "node:http";
import type { Exchange, Flag } from "../telemetry/exchange.ts";

export interface Reply {
  readonly code: number;
  readonly body?: string;
  readonly headers?: readonly string[];
  readonly flags?: readonly Flag[];
  readonly details: string;
}

export const NO_ROUTE: Reply = { code: 404, flags: ["NR"], details: "route_not_found" };
export const NO_CLUSTER: Reply = { code: 503, flags: ["NC"], details: "cluster_not_found" };
export const NO_UPSTREAM: Reply = {
  code: 503,
  body: "no healthy upstream",
  flags: ["UH"],
  details: "no_healthy_upstream",
};
export const TIMED_OUT: Reply = {
  code: 504,
  body: "upstream request timeout",
  flags: ["UT"],
  details: "response_timeout",
};
export const BLACKHOLE: Reply = { code: 502, details: "direct_response" };
export const NO_HOST: Reply = { code: 400, details: "missing_host_header" };

export type ResetReason =
  | "connection termination"
  | "remote connection failure"
  | "connection timeout"
  | "protocol error";

/** Envoy: source/common/router/router.cc onUpstreamReset. */
export function upstreamReset(reason: ResetReason, retried: boolean, transport?: string): Reply {
  const which = retried ? "retried and the latest reset reason" : "reset reason";
  const flag: Flag = reason === "connection termination" ? "UC" : reason === "protocol error" ? "UPE" : "UF";
  const inside = transport === undefined ? reason : `${reason}|${transport}`;
  return {
    code: reason === "protocol error" ? 502 : 503,
    body: `upstream connect error or disconnect/reset before headers. ${which}: ${reason}`,
    flags: flag === "UF" && retried ? [flag, "URX"] : [flag],
    details: `upstream_reset_before_response_started{${inside.replaceAll(" ", "_")}}`,
  };
}

export function denied(policy: string): Reply {
  return { code: 403, body: "RBAC: access denied", details: `rbac_access_denied_matched_policy[${policy}]` };
}

/** Writes the answer and what the log says of it. */
export function reply(
  response: ServerResponse,
  exchange: Exchange,
  { code, body = "", ...answer }: Reply,
  serverName: string,
) {
  exchange.code = code;
  exchange.details = answer.details;
  for (const flag of answer.flags ?? []) exchange.flags.add(flag);
  if (response.headersSent || response.destroyed) return;
  const text = response.req.method === "HEAD" ? "" : body;
  const type = body === "" ? [] : ["content-length", String(Buffer.byteLength(body)), "content-type", "text/plain"];
  const size = body === "" ? ["content-length", "0"] : type;
  const common = ["date", new Date().toUTCString(), "server", serverName];
  writeHead(response, code, STATUS_CODES[code] ?? "", [...(answer.headers ?? []), ...size, ...common], false);
  exchange.sent = text.length;
  response.end(text);
}

/**
 * Writes the head with Envoy's lines only: node:http would add its own. `draining` tells the caller to go, and still serves
 * it if it stays.
 */
export function writeHead(
  response: ServerResponse,
  code: number,
  message: string,
  headers: string[],
  draining: boolean,
) {
  const last = !response.shouldKeepAlive;
  if (last || draining) headers.push("connection", "close");
  else response.removeHeader("connection");
  response.sendDate = false;
  response.writeHead(code, message, headers);
  // node:http ends a connection after it has said so; Envoy serves it until the drain is over.
  if (draining && !last) (response as unknown as { _last: boolean })._last = false;
}
