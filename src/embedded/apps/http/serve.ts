/** One HTTP server behind any number of ports of a pod: it takes the connections that the pod's network accepts. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Accepted, Address } from "../../network/network.ts";
import type { App, PodNetwork } from "../process.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse, from: Address) => void | Promise<void>;

export interface HttpConnections {
  accept(connection: Accepted): void;
  stop(): void;
}

const UNKNOWN: Address = { ip: "0.0.0.0", port: 0 };

export function httpConnections(handle: Handler): HttpConnections {
  const sockets = new Map<Socket, Address>();
  const server: Server = createServer((request, response) => {
    const answered = handle(request, response, sockets.get(request.socket) ?? UNKNOWN);
    Promise.resolve(answered).catch(() => response.destroy());
  });
  // Idle connections stay: proxies keep theirs, and a timer for each would cost more than the connection.
  server.keepAliveTimeout = 0;
  return {
    accept: ({ socket, from }) => {
      sockets.set(socket, from);
      socket.once("close", () => sockets.delete(socket));
      server.emit("connection", socket);
    },
    stop: () => {
      for (const socket of sockets.keys()) socket.destroy();
    },
  };
}

/** Listens on the ports; each request is one line of the log. */
export async function serveHttp(
  network: PodNetwork,
  ports: readonly number[],
  log: (line: string) => void,
  handle: Handler,
): Promise<App> {
  const connections = httpConnections((request, response, from) => {
    response.once("finish", () =>
      log(`${from.ip} "${request.method} ${request.url} HTTP/${request.httpVersion}" ${response.statusCode}`),
    );
    return handle(request, response, from);
  });
  await Promise.all(ports.map((port) => network.listen(port, connections.accept)));
  for (const port of ports) log(`Listening on port ${port}`);
  return { stop: async () => connections.stop() };
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  const body = `${JSON.stringify(value, undefined, 2)}\n`;
  response
    .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
    .end(body);
}

export function sendText(response: ServerResponse, body: string, type = "text/plain", status = 200): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}

/** At most 1 MiB of what a request carries. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= 1024 * 1024) parts.push(chunk as Buffer);
  }
  return Buffer.concat(parts).toString();
}
