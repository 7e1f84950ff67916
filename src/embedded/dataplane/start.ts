/** Starts a proxy in a pod: takes over its connections, and serves them as it is told last. */
import type { Listener, Network } from "../network/network.ts";
import type { Identity, ProxyConfig } from "./config.ts";
import { InboundListener } from "./inbound/listener.ts";
import { OutboundListener } from "./outbound/listener.ts";
import type { ProxyOptions, Proxy as Started } from "./proxy.ts";
import type { Running } from "./running.ts";
import { announce, withdraw } from "./telemetry/peers.ts";
import { Telemetry } from "./telemetry/telemetry.ts";

/** Until it is configured the proxy is not ready: what it captures is refused, as Envoy without listeners refuses it. */
export async function startProxy(network: Network, options: ProxyOptions): Promise<Started> {
  const { ip } = options;
  let told: { readonly config: ProxyConfig; readonly identity: Identity } | undefined;
  let parts:
    | { readonly inbound: InboundListener; readonly outbound: OutboundListener; readonly telemetry: Telemetry }
    | undefined;

  const started = () => {
    const config = () => required(told).config;
    const telemetry = new Telemetry(config, (line) => options.log(line));
    const running: Running = { network, ip, telemetry, config, identity: () => required(told).identity };
    announce(network, ip, () => config().node);
    return { telemetry, inbound: new InboundListener(running), outbound: new OutboundListener(running) };
  };
  const when = (captured: boolean) => (captured ? (parts ? true : "refuse") : false);
  const listeners: Listener[] = [
    await network.capture(
      ip,
      (port) => when(options.capturesInbound(port)),
      (one) => parts?.inbound.accept(one),
    ),
    await network.captureOutbound(
      ip,
      (to) => when(options.capturesOutbound(to.ip, to.port)),
      (one) => parts?.outbound.accept(one),
    ),
  ];
  return {
    configure(config, identity) {
      told = { config, identity };
      parts ??= started();
      parts.inbound.reconfigured();
      parts.outbound.clusters.reconfigured();
    },
    prometheus: () => parts?.telemetry.metrics.prometheus() ?? "",
    stats: () => parts?.telemetry.counters.lines(required(told).config.statsPrefixes) ?? "",
    async close() {
      withdraw(network, ip);
      parts?.inbound.close();
      parts?.outbound.clusters.close();
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The proxy serves before it was configured.");
  return value;
}
