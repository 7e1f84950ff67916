/** Connections of imitated programs: names by the cluster's DNS, sockets by the pod's network, errors as Node words them. */
import { isIP, type Socket } from "node:net";
import type { PodNetwork } from "../process.ts";

export class NotFound extends Error {
  readonly code = "ENOTFOUND";

  constructor(host: string) {
    super(`getaddrinfo ENOTFOUND ${host}`);
  }
}

export function addressesOf(network: PodNetwork, host: string): readonly string[] {
  const bare = host.replace(/^\[|\]$/g, "");
  if (isIP(bare) !== 0) return [bare];
  if (bare === "localhost") return ["127.0.0.1"];
  return bare === network.hostname ? [network.ip] : network.resolve(bare);
}

/** Resolves once the connection stands. */
export async function connect(network: PodNetwork, host: string, port: number, signal?: AbortSignal): Promise<Socket> {
  const [ip] = addressesOf(network, host);
  if (ip === undefined) throw new NotFound(host);
  signal?.throwIfAborted();
  const socket = network.dial(ip, port);
  await connected(socket, signal);
  return socket;
}

export function connected(socket: Socket, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => socket.destroy(new Error("aborted"));
    const finish = (settle: () => void) => {
      signal?.removeEventListener("abort", stop);
      socket.off("error", failed).off("connect", done).off("close", closed);
      settle();
    };
    const failed = (error: Error) => finish(() => reject(error));
    const closed = () => finish(() => reject(new Error("closed")));
    const done = () => finish(resolve);
    if (socket.readyState === "open") {
      resolve();
      return;
    }
    signal?.addEventListener("abort", stop, { once: true });
    socket.once("error", failed).once("connect", done).once("close", closed);
  });
}
