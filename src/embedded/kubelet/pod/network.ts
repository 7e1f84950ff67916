/** The network of one pod, as its programs see it. What one run of a container listens on ends with that run. */
import type { PodNetwork } from "../../apps/process.ts";
import type { Listener, Network } from "../../network/network.ts";

export interface PodAddress {
  readonly ip: string;
  readonly hostname: string;
  readonly namespace: string;
  /** Names of `/etc/hosts`, before DNS. */
  readonly hosts: ReadonlyMap<string, string>;
}

export interface ContainerNetwork extends PodNetwork {
  close(): Promise<void>;
}

export function containerNetwork(
  network: Network,
  { ip, hostname, namespace, hosts }: PodAddress,
  resolve: (host: string) => readonly string[],
): ContainerNetwork {
  const listeners: Listener[] = [];
  return {
    ip,
    hostname,
    namespace,
    resolve: (host) => {
      const known = hosts.get(host);
      return known === undefined ? resolve(host) : [known];
    },
    dial: (to, port) => network.dial(ip, { ip: to, port }),
    listen: async (port, accept) => {
      listeners.push(await network.listen({ ip, port }, accept));
    },
    close: async () => {
      await Promise.all(listeners.splice(0).map((listener) => listener.close()));
    },
  };
}
