/** A network that notes what arrives at pods, and what its first bytes are, before it hands the connection on. */
import type { ClientHello } from "../../../../src/embedded/dataplane/wire/client-hello.ts";
import { readClientHello } from "../../../../src/embedded/dataplane/wire/client-hello.ts";
import { peek } from "../../../../src/embedded/dataplane/wire/inspect.ts";
import type { Accept, Address, Network } from "../../../../src/embedded/network/network.ts";

/** A connection as it was seen on the wire. */
export interface Wire {
  /** Who took it: the proxy of the pod, or what listens in the pod itself. */
  readonly door: "proxy" | "listener";
  readonly from: Address;
  readonly to: Address;
  /** What a TLS client said first; `clear` where it was no TLS; undefined while nothing was said. */
  hello?: ClientHello | "clear";
}

export interface Taps {
  readonly network: Network;
  /** Since they were last forgotten. */
  wires(): readonly Wire[];
  forget(): void;
  /** Enters the capture of what leaves a pod, also for what the kernel would keep inside the pod. */
  leave(from: string, to: Address): Promise<Address>;
}

/** Where `leave` enters. */
const ENTRANCE = 64_000;

export function tap(network: Network): Taps {
  let wires: Wire[] = [];
  const leaving = new Map<string, Accept>();
  let entrances = 0;
  const noted =
    (door: Wire["door"], accept: Accept): Accept =>
    (connection) => {
      const { socket, from, to } = connection;
      const wire: Wire = { door, from, to };
      wires.push(wire);
      peek(socket, readClientHello, (hello) => {
        if (hello !== "closed") wire.hello = hello === "not-tls" ? "clear" : hello;
        accept(connection);
      });
    };
  return {
    network: {
      listen: (at, accept) => network.listen(at, noted("listener", accept)),
      capture: (ip, captures, accept) => network.capture(ip, captures, noted("proxy", accept)),
      captureOutbound(ip, captures, accept) {
        leaving.set(ip, accept);
        return network.captureOutbound(ip, captures, accept);
      },
      dial: (from, to, options) => network.dial(from, to, options),
      expose: (host, port, to) => network.expose(host, port, to),
      route: (service, endpoints) => network.route(service, endpoints),
      assign: (ip) => network.assign(ip),
      release: (ip) => network.release(ip),
      close: () => network.close(),
    },
    wires: () => wires,
    forget() {
      wires = [];
    },
    async leave(from, to) {
      const at = { ip: from, port: ENTRANCE + entrances++ };
      await network.listen(at, (connection) => leaving.get(from)?.({ ...connection, to }));
      return at;
    },
  };
}
