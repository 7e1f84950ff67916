/** The ports at which a proxy answers itself: readiness at 15021, statistics at 15020 and 15090. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Listener, Network } from "../network/network.ts";
import { serveHttp } from "./http/server.ts";

export interface Told {
  ready(): boolean;
  prometheus(): string;
}

const PORTS = [15020, 15021, 15090];

export function serveAdmin(network: Network, ip: string, told: Told): Promise<readonly Listener[]> {
  const handler = {
    serverName: "envoy",
    request: (request: IncomingMessage, response: ServerResponse) => answer(request.url, response, told),
    upgrade: (_request: IncomingMessage, socket: { destroy(): unknown }) => void socket.destroy(),
    malformed: () => {},
  };
  return Promise.all(PORTS.map((port) => network.listen({ ip, port }, ({ socket }) => serveHttp(socket, handler))));
}

function answer(url: string | undefined, response: ServerResponse, { ready, prometheus }: Told) {
  switch (url) {
    case "/healthz/ready":
      response.writeHead(ready() ? 200 : 503).end();
      return;
    case "/stats/prometheus":
    case "/metrics":
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(prometheus());
      return;
    default:
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("404 page not found\n");
  }
}
