/** One HTTP server for all proxies of the process: node:http parses, whoever handed the connection in answers. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface HttpHandler {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
  /** What came is no HTTP; the answer is already given. */
  malformed(): void;
  /** Headers of answers that the server gives itself. */
  readonly serverName: string;
}

const handlers = new WeakMap<object, HttpHandler>();

/** Serves HTTP on a connection. No timers: as Envoy under Istio, it waits for slow callers. */
export function serveHttp(socket: Socket, handler: HttpHandler) {
  handlers.set(socket, handler);
  server.emit("connection", socket);
}

const server = createServer({
  keepAliveTimeout: 0,
  requestTimeout: 0,
  headersTimeout: 0,
  requireHostHeader: false,
  maxHeaderSize: 60 * 1024,
});
server.timeout = 0;
server.on("request", (request, response) => handlers.get(request.socket)?.request(request, response));
server.on("upgrade", (request, socket: Socket, head: Buffer) => handlers.get(socket)?.upgrade(request, socket, head));
server.on("clientError", (_error, socket: Socket) => {
  const handler = handlers.get(socket);
  if (!socket.writable || !handler) return void socket.destroy();
  handler.malformed();
  const head = ["HTTP/1.1 400 Bad Request", "content-length: 11", "content-type: text/plain"];
  const tail = [`date: ${new Date().toUTCString()}`, `server: ${handler.serverName}`, "connection: close"];
  socket.end(`${[...head, ...tail].join("\r\n")}\r\n\r\nBad Request`);
  socket.destroySoon();
});
