/**
 * A Kubernetes API that misbehaves as told: it serves ConfigMaps and PeerAuthentications, and a script says what it does
 * with the next requests. Plain HTTP on loopback, and it counts what it is asked.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Move = (answer: ServerResponse, asked: Asked) => void;

export interface Asked {
  readonly verb: "list" | "watch";
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
}

export interface Hostile {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Of ConfigMaps: what a list answers, and what a watch is told of later. */
  set(names: Readonly<Record<string, string>>, version: string): void;
  emit(type: string, name: string, version: string): void;
  raw(text: string): void;
  /** Takes the next requests of ConfigMaps of this verb, one move each; the last again and again where `forever`. */
  next(verb: "list" | "watch", moves: readonly Move[], forever?: "forever"): void;
  /** Every request, of whatever kind, before anything else; undefined lets it through. */
  gate: (asked: Asked | undefined, headers: IncomingMessage["headers"]) => Move | undefined;
  /** Ever made, and those that are still there. */
  readonly connections: number;
  open(): Promise<number>;
  close(): Promise<void>;
}

export function refuse(code: number, more: object = {}, headers: Readonly<Record<string, string>> = {}): Move {
  const body = { kind: "Status", apiVersion: "v1", status: "Failure", code, message: `refused with ${code}`, ...more };
  return (answer) =>
    answer.writeHead(code, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

export const reset: Move = (answer) => answer.socket?.resetAndDestroy();
export const hang: Move = () => undefined;
/** Agrees to a watch and does the rest. */
export function agree(then: (answer: ServerResponse) => void): Move {
  return (answer) => {
    answer.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    then(answer);
  };
}
export function errorEvent(code: number, more: object = {}): Move {
  return agree((answer) =>
    answer.end(`${JSON.stringify({ type: "ERROR", object: { kind: "Status", code, ...more } })}\n`),
  );
}
export function answerWith(text: string): Move {
  return (answer) => answer.writeHead(200, { "content-type": "application/json" }).end(text);
}

export async function startHostile(): Promise<Hostile> {
  const asked: Asked[] = [];
  const moves = { list: [] as Move[], watch: [] as Move[] };
  const forever = { list: false, watch: false };
  const watches = new Set<ServerResponse>();
  let objects: Readonly<Record<string, string>> = {};
  let current = "1";
  let connections = 0;

  const serve: Move = (answer, { verb, plural }) => {
    const own = plural === "configmaps";
    if (verb === "list") {
      const items = own ? Object.entries(objects).map(([name, version]) => configMap(name, version)) : [];
      answer.end(JSON.stringify({ metadata: { resourceVersion: current }, items }));
      return;
    }
    answer.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    if (!own) return;
    watches.add(answer);
    answer.on("close", () => watches.delete(answer));
  };
  const server = createServer((request, answer) => {
    const path = askedOf(request);
    if (path !== undefined) asked.push(path);
    const gated = hostile.gate(path, request.headers);
    if (gated !== undefined) return gated(answer, path as Asked);
    if (path === undefined) return answer.end(JSON.stringify(discoveryOf(request.url ?? "")));
    const queue = path.plural === "configmaps" ? moves[path.verb] : [];
    const move = queue.length === 1 && forever[path.verb] ? queue[0] : queue.shift();
    return (move ?? serve)(answer, path);
  });
  server.on("connection", () => {
    connections += 1;
  });
  server.on("clientError", (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const raw = (text: string) => {
    for (const answer of watches) answer.write(text);
  };
  const hostile: Hostile = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    set(names, version) {
      objects = names;
      current = version;
    },
    raw,
    emit: (type, name, version) => raw(`${JSON.stringify({ type, object: configMap(name, version) })}\n`),
    next(verb, some, again) {
      moves[verb].push(...some);
      forever[verb] = again !== undefined;
    },
    gate: () => undefined,
    get connections() {
      return connections;
    },
    open: () =>
      new Promise((resolve) =>
        // The ends of connections arrive with the next turns of the loop.
        setTimeout(() => server.getConnections((_, count) => resolve(count)), 50),
      ),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return hostile;
}

export function configMap(name: string, version: string): object {
  return { metadata: { name, namespace: "shop", uid: `uid-${name}`, resourceVersion: version, managedFields: [{}] } };
}

function askedOf({ url = "", headers }: IncomingMessage): Asked | undefined {
  const { pathname, searchParams: query } = new URL(url, "http://localhost");
  const [, namespace, plural] =
    /^\/(?:api|apis\/[^/]+)\/v[^/]*(?:\/namespaces\/([^/]+))?\/([a-z]+)$/.exec(pathname) ?? [];
  if (plural === undefined) return undefined;
  return { verb: query.get("watch") === "true" ? "watch" : "list", plural, namespace, query, headers };
}

const VERBS = ["list", "watch"];

function discoveryOf(url: string): object {
  if (url === "/apis") return { groups: [{ name: "security.istio.io", versions: [{ version: "v1beta1" }] }] };
  if (url === "/api/v1")
    return {
      resources: [
        { name: "configmaps", verbs: VERBS },
        { name: "secrets", verbs: VERBS },
      ],
    };
  return {
    resources: [
      { name: "peerauthentications", verbs: VERBS },
      { name: "authorizationpolicies", verbs: ["get"] },
    ],
  };
}
