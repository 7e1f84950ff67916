/** What the access log says of a request. */
import type { IncomingMessage } from "node:http";
import type { Exchange } from "../telemetry/exchange.ts";
import { one } from "./headers.ts";

export function describeRequest(exchange: Exchange, { method, url, httpVersion, headers }: IncomingMessage) {
  if (method !== undefined) exchange.method = method;
  if (url !== undefined) exchange.path = url;
  exchange.version = `HTTP/${httpVersion}`;
  exchange.grpc = headers["content-type"]?.startsWith("application/grpc") ?? false;
  const { host } = headers;
  const agent = headers["user-agent"];
  const id = one(headers, "x-request-id");
  const forwarded = one(headers, "x-forwarded-for");
  if (host !== undefined) exchange.authority = host;
  if (agent !== undefined) exchange.userAgent = agent;
  if (id !== undefined) exchange.requestId = id;
  if (forwarded !== undefined) exchange.forwardedFor = forwarded;
}
