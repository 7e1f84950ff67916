/**
 * A proxy as the control plane knows it, whose load balancer is held, so that a question about an endpoint gets the answer of
 * that endpoint. Connections of before are not used again.
 */
import type { Cluster, GatewayServer, Identity, ProxyConfig } from "../../../../src/embedded/dataplane/config.ts";
import type { Proxy as RunningProxy } from "../../../../src/embedded/dataplane/proxy.ts";

export interface Hold {
  /** Clusters that have it keep it alone. */
  readonly endpoint?: string;
  /** A pod that is called by its own address: clusters keep what that pod has, or nothing. */
  readonly pod?: string;
  readonly server?: GatewayServer;
}

export interface HeldProxy {
  readonly proxy: RunningProxy;
  hold(wanted: Hold): void;
}

/** Statistics that observers read. */
const SHOWN = "listener.0.0.0.0_15006";

export function heldProxy(running: RunningProxy): HeldProxy {
  let told: { readonly config: ProxyConfig; readonly identity: Identity } | undefined;
  return {
    proxy: {
      ...running,
      configure(config, identity) {
        told = { config: { ...config, statsPrefixes: [SHOWN] }, identity };
        running.configure(told.config, identity);
      },
    },
    hold(wanted) {
      const { server } = wanted;
      if (told === undefined) throw new Error("the proxy was never configured");
      const { config, identity } = told;
      const clusters = Object.entries(config.outbound.clusters).map(
        ([name, cluster]) => [name, narrowed(cluster, wanted)] as const,
      );
      const outbound = { ...config.outbound, clusters: Object.fromEntries(clusters) };
      // A new certificate retires the connections that are kept.
      running.configure({ ...config, outbound, servers: server === undefined ? [] : [server] }, { ...identity });
    },
  };
}

function narrowed(cluster: Cluster, { endpoint, pod, server }: Hold): Cluster {
  const { endpoints } = cluster;
  if (pod !== undefined) return { ...cluster, endpoints: endpoints.filter(({ ip }) => ip === pod) };
  const only = endpoints.filter(({ ip, port }) => `${ip}:${port}` === endpoint);
  if (only.length === 0) return cluster;
  // What was dialled of a gateway is the gateway itself: the question takes it to go on to the endpoint.
  return { ...cluster, endpoints: only, ...(server === undefined ? {} : { discovery: "eds" }) };
}
