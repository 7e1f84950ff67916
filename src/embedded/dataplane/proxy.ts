/** A running proxy: what the kubelet starts in a pod, and what the control plane configures. */
import type { Identity, ProxyConfig } from "./config.ts";

export interface Proxy {
  /** Takes effect for new connections at once, and for kept ones as Envoy drains them. */
  configure(config: ProxyConfig, identity: Identity): void;
  /** Settles when it is configured for the first time, or closed before. */
  readonly configured: Promise<void>;
  /** `/stats/prometheus` of port 15020. */
  prometheus(): string;
  /** `pilot-agent request GET stats`: `name: value` lines. */
  stats(): string;
  close(): Promise<void>;
}

export interface ProxyOptions {
  readonly ip: string;
  /** Ports that iptables leaves alone. */
  capturesInbound(port: number): boolean;
  capturesOutbound(ip: string, port: number): boolean;
  /** One access-log line, without the newline. */
  log(line: string): void;
}
