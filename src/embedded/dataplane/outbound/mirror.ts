/** A copy of a request for another cluster; nobody waits for its answer. */
import { type IncomingMessage, request as send } from "node:http";
import type { Upstream } from "../http/forward.ts";
import { hasBody } from "../http/headers.ts";

export function mirrored({ pool }: Upstream, request: IncomingMessage, path: string, headers: readonly string[]) {
  const lines = headers.map((value, at) => (headers[at - 1] === "host" && at % 2 === 1 ? shadow(value) : value));
  const { method = "GET" } = request;
  const copy = send({ agent: pool, method, path, headers: lines, setHost: false });
  copy.on("error", () => {}).on("response", (answer) => answer.on("error", () => {}).resume());
  if (!hasBody(request.headers)) return void copy.end();
  request.on("data", (chunk: Buffer) => copy.write(chunk));
  request.once("end", () => copy.end());
}

/** Envoy marks the copy by its host. */
function shadow(host: string): string {
  const [name = "", ...port] = host.split(":");
  return [`${name}-shadow`, ...port].join(":");
}
