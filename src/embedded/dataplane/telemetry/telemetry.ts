/** What a proxy tells of itself: access log, Istio's metrics and Envoy's counters. */
import type { ProxyConfig } from "../config.ts";
import { accessLogLine } from "./access-log.ts";
import { Counters } from "./counters.ts";
import type { Exchange } from "./exchange.ts";
import { Metrics, type Reporter } from "./metrics.ts";

export class Telemetry {
  readonly metrics = new Metrics();
  readonly counters: Counters;
  readonly #config: () => ProxyConfig;
  readonly #write: (line: string) => void;

  constructor(config: () => ProxyConfig, write: (line: string) => void) {
    this.#config = config;
    this.#write = write;
    this.counters = new Counters(config().type);
  }

  /** A request, or a TCP connection, is over. */
  finished(reporter: Reporter, exchange: Exchange) {
    const now = Date.now();
    const { node } = this.#config();
    if (exchange.protocol === "http") this.metrics.count(node, reporter, exchange, now - exchange.started);
    else this.metrics.closed(node, reporter, exchange);
    this.log(exchange, now);
  }

  opened(reporter: Reporter, exchange: Exchange) {
    this.metrics.count(this.#config().node, reporter, exchange, 0);
  }

  log(exchange: Exchange, now = Date.now()) {
    if (this.#config().accessLog) this.#write(accessLogLine(exchange, now));
  }
}
