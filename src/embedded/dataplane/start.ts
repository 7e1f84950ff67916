/** Starts a proxy in a pod: takes over its connections, and serves them as it is told last. */
import type { Listener, Network } from "../network/network.ts";
import type { Identity, ProxyConfig } from "./config.ts";
import { Gateway } from "./gateway/gateway.ts";
import { InboundListener } from "./inbound/listener.ts";
import { OutboundListener } from "./outbound/listener.ts";
import type { ProxyOptions, Proxy as Started } from "./proxy.ts";
import type { Running } from "./running.ts";
import { announce, withdraw } from "./telemetry/peers.ts";
import { Telemetry } from "./telemetry/telemetry.ts";

/** Until it is configured the proxy is not ready: what it captures is refused, as Envoy without listeners refuses it. */
export async function startProxy(network: Network, options: ProxyOptions): Promise<Started> {
  let running: Parts | undefined;
  const listeners = await capture(network, options, () => running);
  let resolve = () => {};
  const configured = new Promise<void>((settle) => {
    resolve = settle;
  });
  return {
    configured,
    configure(config, identity) {
      running ??= new Parts(network, options, config, identity);
      running.configure(config, identity);
      resolve();
    },
    prometheus: () => running?.telemetry.metrics.prometheus() ?? "",
    stats: () => running?.stats() ?? "",
    async close() {
      resolve();
      await running?.close();
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}

/** A gateway's pod has no capture: its options say so for every port. */
async function capture(
  network: Network,
  { ip, capturesInbound, capturesOutbound }: ProxyOptions,
  running: () => Parts | undefined,
): Promise<readonly Listener[]> {
  const when = (captured: boolean) => (captured && running() === undefined ? "refuse" : captured);
  return Promise.all([
    network.capture(
      ip,
      (port) => when(capturesInbound(port)),
      (one) => running()?.inbound.accept(one),
    ),
    network.captureOutbound(
      ip,
      (to) => when(capturesOutbound(to.ip, to.port)),
      (one) => running()?.outbound.accept(one),
    ),
  ]);
}

class Parts {
  readonly telemetry: Telemetry;
  readonly inbound: InboundListener;
  readonly outbound: OutboundListener;
  readonly #gateway: Gateway;
  readonly #withdraw: () => void;
  #config: ProxyConfig;
  #identity: Identity;

  constructor(network: Network, { ip, log }: ProxyOptions, config: ProxyConfig, identity: Identity) {
    this.#config = config;
    this.#identity = identity;
    this.telemetry = new Telemetry(() => this.#config, log);
    const proxy: Running = {
      network,
      ip,
      telemetry: this.telemetry,
      config: () => this.#config,
      identity: () => this.#identity,
    };
    this.inbound = new InboundListener(proxy);
    this.outbound = new OutboundListener(proxy);
    this.#gateway = new Gateway(proxy, this.outbound.clusters);
    announce(network, ip, () => this.#config.node);
    this.#withdraw = () => withdraw(network, ip);
  }

  configure(config: ProxyConfig, identity: Identity) {
    this.#config = config;
    this.#identity = identity;
    this.inbound.reconfigured();
    this.outbound.clusters.reconfigured();
    this.#gateway.reconfigured();
  }

  stats(): string {
    return this.telemetry.counters.lines(this.#config.statsPrefixes);
  }

  async close() {
    this.#withdraw();
    this.inbound.close();
    this.outbound.clusters.close();
    await this.#gateway.close();
  }
}
