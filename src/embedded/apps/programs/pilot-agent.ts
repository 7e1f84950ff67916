/** The agent beside a proxy: its health, its statistics, and the application's probes asked from inside the pod. */
import type { ServerResponse } from "node:http";
import { call } from "../http/call.ts";
import { connect } from "../http/connect.ts";
import { type Handler, httpConnections, sendText } from "../http/serve.ts";
import type { App, AppContext } from "../process.ts";

const STATUS_PORT = 15020;
const READY_PORT = 15021;
const METRICS_PORT = 15090;
const ADMIN_PORT = 15000;

interface Prober {
  readonly httpGet?: {
    readonly path?: string;
    readonly port: number;
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly tcpSocket?: { readonly port: number };
  readonly grpc?: { readonly port: number };
  readonly timeoutSeconds?: number;
}

export async function pilotAgent(context: AppContext): Promise<App> {
  const { network, proxy, log, container } = context;
  const health = { isReady: false };
  const probers = probersOf(container.env.ISTIO_KUBE_APP_PROBERS);
  const prometheus: Handler = (_, response) =>
    sendText(response, proxy?.prometheus() ?? "", "text/plain; version=0.0.4; charset=utf-8");
  const status = httpConnections((request, response, from) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/healthz/ready") return sendText(response, "", "text/plain", health.isReady ? 200 : 503);
    if (pathname === "/stats/prometheus" || pathname === "/metrics") return prometheus(request, response, from);
    const prober = probers.get(pathname);
    return prober === undefined
      ? sendText(response, "404 page not found\n", "text/plain", 404)
      : probe(context, prober, response);
  });
  const admin = httpConnections(({ url = "/" }, response) => {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    if (pathname === "/ready") {
      const says = health.isReady ? "LIVE\n" : "PRE_INITIALIZING\n";
      return sendText(response, says, "text/plain", health.isReady ? 200 : 503);
    }
    if (pathname === "/stats/prometheus" || searchParams.get("format") === "prometheus")
      return sendText(response, proxy?.prometheus() ?? "");
    if (pathname === "/stats") return sendText(response, proxy?.stats() ?? "");
    return sendText(
      response,
      "invalid path. admin commands are: /ready, /stats, /stats/prometheus\n",
      "text/plain",
      404,
    );
  });
  await Promise.all([
    network.listen(STATUS_PORT, status.accept),
    network.listen(READY_PORT, status.accept),
    network.listen(METRICS_PORT, status.accept),
    network.listen(ADMIN_PORT, admin.accept),
  ]);
  void proxy?.configured.then(() => {
    health.isReady = true;
    log(`${new Date().toISOString()}\tinfo\tEnvoy proxy is ready`);
  });
  return {
    stop: async () => {
      status.stop();
      admin.stop();
    },
  };
}

function probersOf(text: string | undefined): ReadonlyMap<string, Prober> {
  try {
    return new Map(Object.entries(JSON.parse(text ?? "{}") as Readonly<Record<string, Prober>>));
  } catch {
    return new Map();
  }
}

/** Asks the application on the pod's own address, past the proxy. */
async function probe(
  { network }: AppContext,
  { httpGet, tcpSocket, grpc, timeoutSeconds = 1 }: Prober,
  response: ServerResponse,
): Promise<void> {
  if (httpGet !== undefined) {
    const headers = Object.fromEntries(
      (httpGet.httpHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value]),
    );
    const path = (httpGet.path ?? "/").replace(/^\/?/, "/");
    const answer = await call(network, `http://127.0.0.1:${httpGet.port}${path}`, {
      headers,
      timeout: timeoutSeconds * 1000,
    });
    return sendText(response, answer.ok ? answer.body : "", "text/plain", answer.ok ? answer.status : 500);
  }
  const port = tcpSocket?.port ?? grpc?.port ?? 0;
  const opened = await connect(network, "127.0.0.1", port, AbortSignal.timeout(timeoutSeconds * 1000)).then(
    (socket) => Boolean(socket.destroy()),
    () => false,
  );
  return sendText(response, "", "text/plain", opened ? 200 : 500);
}
