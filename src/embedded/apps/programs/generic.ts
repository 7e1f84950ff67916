/**
 * Any image that is not known: it answers HTTP on its ports with who it is, sends other bytes back as they come, and calls the
 * hosts that its environment names, so that a mesh of one's own comes alive.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Accepted } from "../../network/network.ts";
import { httpConnections, sendJson } from "../http/serve.ts";
import type { App, AppContext } from "../process.ts";
import { callsOf, startCalling } from "./calls.ts";
import { portsOf } from "./ports.ts";

const HTTP = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE) \S/;
/** So much is enough to tell HTTP from anything else. */
const ENOUGH = 12;

/** `own` are the ports of a program that declares none. */
export async function generic(context: AppContext, own: readonly number[] = []): Promise<App> {
  const { container, network, log } = context;
  const http = httpConnections((request, response) => {
    response.once("finish", () => log(`"${request.method} ${request.url}" ${response.statusCode}`));
    answer(context, request, response);
  });
  const raw = new Set<Accepted["socket"]>();
  const accept = (connection: Accepted) => {
    const { socket } = connection;
    raw.add(socket);
    socket.once("close", () => raw.delete(socket)).on("error", () => socket.destroy());
    sniff(connection, () => http.accept(connection));
  };
  await Promise.all(portsOf(container, own).map((port) => network.listen(port, accept)));
  const calling = startCalling(context, callsOf(container, network));
  return {
    serve: (port) => network.listen(port, accept),
    stop: async () => {
      calling.stop();
      http.stop();
      for (const socket of raw) socket.destroy();
    },
  };
}

function sniff({ socket }: Accepted, serve: () => void): void {
  const parts: Buffer[] = [];
  const more = (chunk: Buffer) => {
    parts.push(chunk);
    const start = Buffer.concat(parts);
    const isHttp = HTTP.test(start.subarray(0, ENOUGH).toString("latin1"));
    if (!isHttp && start.length < ENOUGH && /^[A-Z]+ ?$/.test(start.toString("latin1"))) return;
    socket.off("data", more).off("end", end);
    if (isHttp) {
      socket.unshift(start);
      serve();
    } else {
      socket.write(start);
      socket.pipe(socket);
    }
  };
  const end = () => socket.end();
  socket.on("data", more).once("end", end);
}

function answer(
  { container, network }: AppContext,
  { method, url = "/" }: IncomingMessage,
  response: ServerResponse,
): void {
  const name = container.env.NAME ?? network.hostname;
  sendJson(response, { name, namespace: network.namespace, ip: network.ip, image: container.image, method, path: url });
}
