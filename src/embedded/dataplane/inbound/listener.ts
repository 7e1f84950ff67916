/** The listener of a sidecar for what arrives at its pod (port 15006): looks at the first bytes, and takes the chain that fits. */
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Accepted } from "../../network/network.ts";
import type { ClientCertificate, Downstream, Running } from "../running.ts";
import { newExchange } from "../telemetry/exchange.ts";
import type { ClientHello } from "../wire/client-hello.ts";
import { readClientHello } from "../wire/client-hello.ts";
import { acceptTls, contextOf, spiffeOf } from "../wire/handshake.ts";
import { peek, readContent, readVersion } from "../wire/inspect.ts";
import { reset } from "../wire/splice.ts";
import { type Chain, chainFor, inspectorsFor, type PortPolicy, type Seen } from "./chains.ts";
import { Drains } from "./drain.ts";
import { clientCertElement } from "./forwarded-client-cert.ts";
import { InboundHttp } from "./http.ts";
import { serveTcp } from "./tcp.ts";

const BLACKHOLE_PORT = 15006;
const UNSEEN: Seen = { transport: "unseen", alpn: [], content: "unseen" };
const COUNTED = "listener.0.0.0.0_15006";

export class InboundListener {
  readonly #proxy: Running;
  readonly #http: InboundHttp;
  readonly #drains = new Drains();

  constructor(proxy: Running) {
    this.#proxy = proxy;
    this.#http = new InboundHttp(proxy);
  }

  /** Connections whose chains are no more the same drain. */
  reconfigured() {
    this.#drains.reconfigured((port) => chainKey(this.#policyOf(port)));
  }

  close() {
    this.#drains.close();
    this.#http.close();
  }

  accept({ socket, from, to }: Accepted) {
    if (to.port === BLACKHOLE_PORT) return reset(socket);
    const { counters } = this.#proxy.telemetry;
    counters.add(`${COUNTED}.downstream_pre_cx_active`);
    const decide = (seen: Seen, hello?: ClientHello) => {
      counters.add(`${COUNTED}.downstream_pre_cx_active`, -1);
      this.#choose(socket, { from, to, ...serverName(hello) }, seen, hello);
    };
    const closed = () => {
      counters.add(`${COUNTED}.downstream_pre_cx_active`, -1);
      socket.destroy();
    };
    this.#inspect(socket, inspectorsOf(this.#policyOf(to.port)), decide, closed);
  }

  #policyOf(number: number): PortPolicy {
    const inbound = this.#proxy.config().inbound;
    const port = inbound?.ports.find((one) => one.port === number);
    if (port) return { port, family: port.family, tls: port.tls };
    return { family: "auto", tls: inbound?.passthrough ?? "both" };
  }

  #inspect(
    socket: Socket,
    inspectors: { readonly tls: boolean; readonly http: boolean },
    decide: (seen: Seen, hello?: ClientHello) => void,
    closed: () => void,
  ) {
    const { counters } = this.#proxy.telemetry;
    const plaintext = (transport: "raw" | "unseen") => {
      if (!inspectors.http) return decide({ ...UNSEEN, transport });
      peek(socket, readContent, (content) => {
        if (content === "closed") return closed();
        decide({ transport, alpn: [], content: content === "other" ? "other" : "http" });
      });
    };
    if (!inspectors.tls) return plaintext("unseen");
    peek(socket, readClientHello, (hello) => {
      if (hello === "closed") {
        counters.add("tls_inspector.connection_closed");
        return closed();
      }
      counters.add(`tls_inspector.${hello === "not-tls" ? "tls_not_found" : "tls_found"}`);
      if (hello === "not-tls") return plaintext("raw");
      counters.add(`tls_inspector.${hello.alpn.length > 0 ? "alpn_found" : "alpn_not_found"}`);
      counters.add(`tls_inspector.${hello.serverName === undefined ? "sni_not_found" : "sni_found"}`);
      decide({ transport: "tls", alpn: hello.alpn, content: "unseen" }, hello);
    });
  }

  #choose(socket: Socket, downstream: Downstream, seen: Seen, hello: ClientHello | undefined) {
    const policy = this.#policyOf(downstream.to.port);
    const chain = chainFor(policy.family, policy.tls, seen);
    const { telemetry } = this.#proxy;
    if (!chain) {
      telemetry.counters.add(`${COUNTED}.no_filter_chain_match`);
      const exchange = newExchange("tcp", downstream, "none");
      exchange.flags.add("NR");
      exchange.details = "filter_chain_not_found";
      // The line names nothing of what was seen.
      telemetry.log(exchange);
      return reset(socket);
    }
    telemetry.counters.add(`${COUNTED}.downstream_cx_total`);
    telemetry.counters.add(`${COUNTED}.downstream_cx_active`);
    socket.once("close", () => {
      telemetry.counters.add(`${COUNTED}.downstream_cx_active`, -1);
      telemetry.counters.add(`${COUNTED}.downstream_cx_destroy`);
    });
    if (chain.tls) return this.#endTls(socket, downstream, chain, policy, hello?.alpn ?? []);
    this.#serve(socket, downstream, chain, policy);
  }

  #endTls(raw: Socket, downstream: Downstream, chain: Chain, policy: PortPolicy, offered: readonly string[]) {
    const identity = this.#proxy.identity();
    const { counters } = this.#proxy.telemetry;
    // Envoy would speak HTTP/2 and turn it into HTTP/1.1; here HTTP/2 passes as it is, so it is taken only without a choice.
    const alpn = chain.reads === "http" ? ["http/1.1", "h2"] : ["istio-peer-exchange", "http/1.1", "h2"];
    const trustDomain = identity.spiffe.split("/", 3).join("/");
    const clients = { spiffePrefix: `${trustDomain}/` };
    acceptTls(raw, { context: contextOf(identity), alpn, offered, clients }, (socket) => {
      if (!socket) return counters.add(`${COUNTED}.ssl.connection_error`);
      counters.add(`${COUNTED}.ssl.handshake`);
      this.#serve(socket, { ...downstream, certificate: certificateOf(socket, identity.spiffe) }, chain, policy);
    });
  }

  #serve(socket: Socket, downstream: Downstream, chain: Chain, policy: PortPolicy) {
    const drain = this.#drains.of(socket, downstream.to.port, chainKey(policy));
    if (chain.reads === "tcp") return serveTcp(this.#proxy, socket, downstream, policy);
    peek(socket, readVersion, (version) => {
      if (version === "closed") return void socket.destroy();
      if (version === "h2c") return serveTcp(this.#proxy, socket, downstream, policy);
      this.#http.serve(socket, downstream, policy, drain);
    });
  }
}

const inspectorsOf = ({ family, tls }: PortPolicy) => inspectorsFor(family, tls);
const chainKey = ({ family, tls, port }: PortPolicy) => `${family} ${tls} ${port ? "declared" : "passthrough"}`;

function serverName(hello: ClientHello | undefined) {
  return hello?.serverName === undefined ? {} : { serverName: hello.serverName };
}

function certificateOf(socket: TLSSocket, own: string): ClientCertificate {
  const certificate = socket.getPeerCertificate();
  const spiffe = spiffeOf(certificate) ?? "";
  return { spiffe, element: clientCertElement(own, certificate, spiffe) };
}
