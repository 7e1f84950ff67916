/** A request that asks for another protocol (WebSocket): passed on, and both sides joined when the upstream agrees. */
import { type IncomingMessage, STATUS_CODES, request as send } from "node:http";
import type { Socket } from "node:net";
import type { Exchange } from "../telemetry/exchange.ts";
import { splice } from "../wire/splice.ts";
import type { Upstream } from "./forward.ts";
import { ConnectFailure } from "./pool.ts";
import { NO_UPSTREAM, type Reply, upstreamReset } from "./replies.ts";

export interface Upgrade {
  readonly exchange: Exchange;
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
  readonly upstream: Upstream | undefined;
  readonly headers: string[];
  readonly refusal: Reply | undefined;
  readonly serverName: string;
  finished(): void;
}

export function forwardUpgrade(upgrade: Upgrade) {
  const { exchange, request, socket, head, upstream, headers, refusal, finished } = upgrade;
  socket.on("error", () => socket.destroy());
  if (refusal || !upstream) return answer(upgrade, refusal ?? NO_UPSTREAM);
  exchange.upstream = upstream.address;
  upstream.chosen?.(exchange);
  const lines = [...headers, "connection", "upgrade", "upgrade", request.headers.upgrade ?? ""];
  const sent = send({
    agent: upstream.pool,
    method: request.method,
    path: request.url,
    headers: lines,
    setHost: false,
  });
  const leave = () => sent.destroy();
  socket.once("close", leave);
  sent.on("error", (error) => {
    if (error instanceof ConnectFailure) return answer(upgrade, upstreamReset(error.reason, false));
    answer(upgrade, upstreamReset("connection termination", false));
  });
  sent.once("upgrade", (response, other: Socket, rest: Buffer) => {
    socket.off("close", leave);
    exchange.code = response.statusCode ?? 101;
    exchange.details = "via_upstream";
    socket.write(headOf(response, []));
    if (rest.length > 0) socket.write(rest);
    if (head.length > 0) other.write(head);
    splice(socket, other, ({ forth, back }) => {
      exchange.received = forth;
      exchange.sent = back;
      finished();
    });
  });
  sent.once("response", (response) => {
    exchange.code = response.statusCode ?? 0;
    exchange.details = "via_upstream";
    socket.write(headOf(response, ["connection", "close"]));
    response.pipe(socket);
    response.once("close", finished);
  });
  sent.end();
}

function headOf({ statusCode = 0, statusMessage = "", rawHeaders }: IncomingMessage, more: readonly string[]): string {
  const raw = [...(more.length > 0 ? withoutConnection(rawHeaders) : rawHeaders), ...more];
  const lines = raw.flatMap((name, at) => (at % 2 === 0 ? [`${name.toLowerCase()}: ${raw[at + 1]}`] : []));
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join("\r\n")}\r\n\r\n`;
}

/** The body ends with the connection, so it is sent as it comes. */
function withoutConnection(raw: readonly string[]): readonly string[] {
  const gone = ["connection", "keep-alive", "transfer-encoding"];
  return raw.filter((_, at) => !gone.includes((raw[at - (at % 2)] ?? "").toLowerCase()));
}

function answer({ exchange, socket, serverName, finished }: Upgrade, { code, body = "", details, flags = [] }: Reply) {
  if (exchange.code !== 0) return;
  exchange.code = code;
  exchange.details = details;
  for (const flag of flags) exchange.flags.add(flag);
  const lines = [
    `content-length: ${body.length}`,
    "content-type: text/plain",
    `server: ${serverName}`,
    "connection: close",
  ];
  socket.end(`HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ""}\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
  finished();
}
