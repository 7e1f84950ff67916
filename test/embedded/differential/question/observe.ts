/** One real connection for a question, and everything that was seen of it: by the caller, on the wire, by the proxies. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { GatewayServer } from "../../../../src/embedded/dataplane/config.ts";
import type { Address } from "../../../../src/embedded/network/network.ts";
import type { Question } from "../../../vectors/vector.ts";
import { call, type Heard, type Speaks } from "../stage/caller.ts";
import type { Wire } from "../stage/taps.ts";
import type { Pod, World } from "../stage/world.ts";
import { type LogLine, lineFrom } from "./log-line.ts";

export interface Observation {
  readonly caller: Pod["proxy"];
  readonly speaks: Speaks;
  readonly heard: Heard;
  /** How it reached the pod at the other end, and how the application there got it: from the proxy of its pod, or as it came. */
  readonly reached?: Wire;
  readonly handed?: Wire;
  /** What the caller's proxy wrote of it, and the server's. */
  readonly left?: LogLine;
  readonly arrived?: LogLine;
  /** The server's proxy counted a handshake that failed. */
  readonly handshakeFailed: boolean;
}

/** A gateway takes the question's bytes there; outsiders come from the node. */
const GATEWAY_PORT = 31_999;
const NODE = "10.66.0.1";

/** Whom to call, as a question of the vectors has it. */
export type Call = Pick<Question, "host" | "address" | "endpoint"> & {
  readonly pod: string;
  readonly port: number;
  readonly app: Speaks;
  /** Before the proxy of its pod runs. */
  readonly early?: boolean;
};

/** Calls from the node, and is no pod. */
export const KUBELET: Pod = { namespace: "", name: "kubelet", ip: "10.66.0.2", proxy: "none", log: [] };

/** What is seen of the call, now and later: proxies write their logs when all is over. */
export async function observe(world: World, asked: Call): Promise<() => Observation> {
  const { endpoint, port, host, app: speaks, address } = asked;
  const caller = asked.pod === KUBELET.name ? KUBELET : world.pods.get(asked.pod);
  if (caller === undefined) throw new Error(`there is no pod ${asked.pod}`);
  const target = endpoint ?? (address === undefined ? undefined : `${address}:${port}`);
  if (target !== undefined) await world.serve(target);
  world.route(host, port, endpoint);
  const ip = address ?? addressOf(world, host ?? "", caller, endpoint);
  if (ip === undefined) {
    const heard = { failed: "ENOTFOUND" };
    return () => ({ caller: caller.proxy, speaks, heard, handshakeFailed: false });
  }
  hold(world, caller, asked, ip);
  world.taps.forget();
  const pods = [...world.pods.values()];
  const failures = new Map(pods.map((pod) => [pod, handshakeFailures(pod)]));
  const socket = await dial(world, caller, { ip, port }, asked.early === true);
  const local = { port: socket.readyState === "open" ? socket.localPort : undefined };
  // Not before: Node remembers that there was no port yet.
  socket.once("connect", () => Object.assign(local, { port: socket.localPort }));
  const heard = await call(socket, speaks, `${host ?? address}:${port}`);
  const from = { ip: caller.proxy === "gateway" ? NODE : caller.ip, port: local.port ?? 0 };
  return () => {
    const wires = world.taps.wires().filter((wire) => wire.from.ip !== NODE);
    const reached = wires.find((wire) => wire.from.ip === caller.ip);
    const handed = wires.find((wire) => wire.door === "listener");
    const at = pods.find((pod) => pod.ip === reached?.to.ip);
    return {
      caller: caller.proxy,
      speaks,
      heard,
      ...optional("reached", reached),
      ...optional("handed", handed),
      ...optional("left", lineFrom(caller.log, from)),
      ...optional("arrived", reached?.door === "proxy" ? lineFrom(at?.log ?? [], reached.from) : undefined),
      handshakeFailed: at !== undefined && handshakeFailures(at) > (failures.get(at) ?? 0),
    };
  };
}

function hold({ pods }: World, { proxy, held }: Pod, { endpoint, port, host, app }: Call, ip: string) {
  const isPod = proxy === "sidecar" && [...pods.values()].some((pod) => pod.ip === ip);
  held?.hold({
    ...optional("endpoint", endpoint),
    ...optional("pod", isPod ? ip : undefined),
    ...optional("server", proxy === "gateway" ? serverFor(`outbound|${port}||${host}`, app) : undefined),
  });
}

/** What the name leads to: the Service's address, or where it has none that of a pod, the wanted one or the caller's own first. */
function addressOf(
  world: World,
  host: string,
  { namespace, ip }: Pod,
  endpoint: string | undefined,
): string | undefined {
  const found = world.resolve(host, namespace);
  const [wanted] = endpoint?.split(":") ?? [];
  return [wanted, ip].find((each) => each !== undefined && found.includes(each)) ?? found[0];
}

/** Outsiders call a gateway; a pod that calls its own address calls its proxy, as those who wrote the answers had it. */
async function dial({ taps }: World, caller: Pod, to: Address, early: boolean): Promise<Socket> {
  if (caller.proxy === "gateway")
    return connected(() => taps.network.dial(NODE, { ip: caller.ip, port: GATEWAY_PORT }));
  if (caller.proxy === "sidecar" && to.ip === caller.ip) {
    return taps.network.dial(caller.ip, await taps.leave(caller.ip, to));
  }
  return taps.network.dial(caller.ip, to, { proxy: early });
}

/** A gateway opens its listener a moment after it is told. */
async function connected(dialling: () => Socket): Promise<Socket> {
  for (let tries = 0; ; tries++) {
    const socket = dialling();
    try {
      await once(socket, "connect");
      return socket;
    } catch (error) {
      if (tries > 50) throw error;
      await wait(2);
    }
  }
}

/** The gateway is taken to have a route to the Service. */
function serverFor(cluster: string, speaks: Speaks): GatewayServer {
  const weighted = [{ cluster, weight: 1 }];
  const routes = [{ matches: [], action: { type: "clusters", weighted } }] as const;
  const hosts = [{ name: "any", domains: ["*"], routes }];
  return speaks === "http"
    ? { port: GATEWAY_PORT, protocol: "http", virtualHosts: hosts }
    : { port: GATEWAY_PORT, protocol: "tcp", virtualHosts: [], tcp: { weighted, sniff: false } };
}

function handshakeFailures({ held }: Pod): number {
  const [, count] = /^listener\.0\.0\.0\.0_15006\.ssl\.connection_error: (\d+)$/m.exec(held?.proxy.stats() ?? "") ?? [];
  return Number(count ?? 0);
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { readonly [name in Name]?: Value };
}
