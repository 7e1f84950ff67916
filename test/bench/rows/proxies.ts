/** Requests through a gateway and a sidecar with mutual TLS between them, against two bare proxies of node:http; and many pods. */
import { Agent, createServer, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { cluster, inbound, Pods, virtualHost } from "../../embedded/dataplane/pods.ts";
import { interleaved, type Row } from "../measure.ts";

const REQUESTS = 4000;
const CALLERS = 16;
const PAGE = "x".repeat(1000);
const HOST = "shop.default.svc.cluster.local";
const POD = { ip: "10.66.1.21", port: 80 };
const GATEWAY = { ip: "10.66.1.30", port: 8080 };

interface Path {
  readonly agent: Agent;
  close(): Promise<void>;
}

export async function proxies(): Promise<readonly Row[]> {
  return [await requests(), await memory()];
}

async function requests(): Promise<Row> {
  const [ours, peer] = [await throughMesh(), await throughBareProxies()];
  const times = await interleaved(
    7,
    () => perSecond(ours.agent),
    () => perSecond(peer.agent),
  );
  await Promise.all([ours.close(), peer.close()]);
  return {
    measure: "requests per second through gateway and sidecar",
    ours: times.ours,
    peer: { name: "two bare node:http proxies", values: times.peer },
    unit: "",
    goal: { ratioAtLeast: 0.7 },
  };
}

async function perSecond(agent: Agent): Promise<number> {
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      const asked = request({ agent, headers: { host: HOST } }, (answer) => answer.on("end", resolve).resume());
      asked.on("error", reject).end();
    });
  let left = REQUESTS;
  const start = performance.now();
  const caller = async () => {
    while (left-- > 0) await ask();
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return REQUESTS / ((performance.now() - start) / 1000);
}

async function throughMesh(): Promise<Path> {
  const pods = new Pods();
  await pods.serve(POD, (_, response) => response.end(PAGE));
  await pods.withProxy("shop", POD.ip, inbound([{ port: 80, family: "http", tls: "mtls-only", service: HOST }]));
  const target = cluster(HOST, 80, [{ ...POD, tlsMode: "istio" }]);
  const outbound = { clusters: { [target.name]: target }, http: {}, tcp: {}, otherwise: "blackhole" } as const;
  const servers = [{ port: GATEWAY.port, protocol: "http", virtualHosts: [virtualHost(HOST, target.name)] }] as const;
  await pods.withProxy("gateway", GATEWAY.ip, { type: "router", servers, outbound }, "everything");
  const agent = new Agent({ keepAlive: true });
  agent.createConnection = () => pods.network.dial("10.66.1.1", GATEWAY);
  return { agent, close: () => closed(agent, () => pods.close()) };
}

async function throughBareProxies(): Promise<Path> {
  const app = createServer((_, response) => response.end(PAGE));
  const first = await forwarding(await listening(app));
  const second = await forwarding(first.port);
  const agent = new Agent({ keepAlive: true });
  agent.createConnection = () => connect(second.port, "127.0.0.1");
  const servers = [app, first.server, second.server];
  const end = async () => {
    for (const server of servers) server.close().closeAllConnections();
  };
  return { agent, close: () => closed(agent, end) };
}

async function forwarding(port: number): Promise<{ readonly server: Server; readonly port: number }> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((asked, response) => {
    const { method, url, headers } = asked;
    const sent = request({ agent, host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    asked.pipe(sent);
  });
  return { server, port: await listening(server) };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function closed(agent: Agent, end: () => Promise<void>): Promise<void> {
  agent.destroy();
  await end();
}

/** What 200 pods with proxies add, each having called one other. */
async function memory(): Promise<Row> {
  const before = process.memoryUsage().rss;
  const pods = new Pods();
  const count = 200;
  const at = (index: number) => ({ ip: `10.66.2.${index}`, port: 80 });
  const host = (index: number) => `s${index}.default.svc.cluster.local`;
  const all = Array.from({ length: count }, (_, index) =>
    cluster(host(index), 80, [{ ...at(index), tlsMode: "istio" }]),
  );
  const clusters = Object.fromEntries(all.map((one) => [one.name, one]));
  const http = { 80: all.map((one) => virtualHost(one.host, one.name)) };
  for (let index = 0; index < count; index++) {
    await pods.serve(at(index));
    const ports = inbound([{ port: 80, family: "http", tls: "mtls-only" }]);
    await pods.withProxy(`s${index}`, at(index).ip, {
      ...ports,
      outbound: { clusters, http, tcp: {}, otherwise: "passthrough" },
    });
  }
  for (let index = 0; index < count; index++) {
    await pods.get(at(index).ip, { ip: "10.67.0.1", port: 80 }, { host: host((index + 1) % count) });
  }
  const used = (process.memoryUsage().rss - before) / 1e6;
  await pods.close();
  return { measure: "200 pods with proxies", ours: [used], unit: "MB", goal: { atMost: 400 } };
}
