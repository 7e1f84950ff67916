/** The network itself: which door a dialled address leads to, captures first. */
import { connect, type Socket } from "node:net";
import { createDoors, type Door } from "./doors.ts";
import type { Accept, Address, Captures, DialOptions, Listener, Network } from "./network.ts";
import { createServices, keyOf } from "./services.ts";

interface Capture<T> {
  readonly captures: Captures<T>;
  readonly door: Door;
}
interface Found {
  readonly door: Door;
  readonly to: Address;
}
type Refusal = "ECONNREFUSED" | "EHOSTUNREACH";

/** `node` is the address of the machine itself, from which outsiders reach a listener's loopback port. */
export function createNetwork({ node = "10.66.0.1" }: { readonly node?: string } = {}): Network {
  return new VirtualNetwork(node);
}

class VirtualNetwork implements Network {
  readonly #doors;
  readonly #services = createServices();
  readonly #listeners = new Map<string, Door>();
  readonly #inbound = new Map<string, Capture<number>>();
  readonly #outbound = new Map<string, Capture<Address>>();
  readonly #exposed = new Set<Listener>();
  readonly #assigned: Set<string>;
  readonly #node: string;

  constructor(node: string) {
    this.#node = node;
    this.#doors = createDoors(node);
    this.#assigned = new Set([node]);
  }

  listen(at: Address, accept: Accept): Promise<Listener> {
    const opening = () => this.#doors.open(at.ip, at, accept);
    return this.#open(this.#listeners, keyOf(at), at, opening, (door) => door);
  }

  capture(ip: string, captures: Captures<number>, accept: Accept): Promise<Listener> {
    const opening = () => this.#doors.open(ip, undefined, accept);
    return this.#open(this.#inbound, ip, { ip, port: 15006 }, opening, (door) => ({ captures, door }));
  }

  captureOutbound(ip: string, captures: Captures<Address>, accept: Accept): Promise<Listener> {
    const opening = () => this.#doors.open(ip, undefined, accept);
    return this.#open(this.#outbound, ip, { ip, port: 15001 }, opening, (door) => ({ captures, door }));
  }

  dial(from: string, to: Address, options: DialOptions = {}): Socket {
    const found = this.#find(from, to, options);
    if (typeof found === "string") return refused(found, to);
    return this.#doors.enter(found.door, from, found.to, options.allowHalfOpen ?? false);
  }

  async expose(host: string, port: number, to: Address): Promise<Listener> {
    const lead = () => {
      const found = this.#find(this.#node, to, {});
      return typeof found === "string" ? undefined : found;
    };
    const opened = await this.#doors.expose(host, port, lead);
    const listener: Listener = {
      port: opened.port,
      close: () => {
        this.#exposed.delete(listener);
        return opened.close();
      },
    };
    this.#exposed.add(listener);
    return listener;
  }

  route(service: Address, endpoints: readonly Address[] | undefined) {
    this.#services.route(service, endpoints);
  }

  assign(ip: string) {
    this.#assigned.add(ip);
  }

  release(ip: string) {
    for (const [key, door] of this.#listeners) {
      if (key.startsWith(`${ip}:`) && this.#listeners.delete(key)) door.server.close();
    }
    for (const table of [this.#inbound, this.#outbound]) {
      table.get(ip)?.door.server.close();
      table.delete(ip);
    }
    this.#assigned.delete(ip);
    this.#doors.release(ip);
  }

  async close() {
    const captures = [...this.#inbound.values(), ...this.#outbound.values()];
    const open = [...this.#listeners.values(), ...captures.map(({ door }) => door)];
    const closed = open.map((door) => new Promise((resolve) => door.server.once("close", resolve)));
    await Promise.all([...this.#exposed].map((listener) => listener.close()));
    for (const ip of [...this.#assigned]) this.release(ip);
    this.#doors.release();
    await Promise.all(closed);
  }

  #find(from: string, dialled: Address, options: DialOptions): Found | Refusal {
    const loops = dialled.ip.startsWith("127.");
    const wanted = loops ? { ip: from, port: dialled.port } : dialled;
    if (options.direct || loops) return this.#destination(from, wanted, "past captures");
    const leaving = options.proxy || wanted.ip === from ? undefined : this.#outbound.get(from);
    const captured = leaving?.captures(wanted);
    if (leaving && captured) return captured === "refuse" ? "ECONNREFUSED" : { door: leaving.door, to: wanted };
    // A pod that calls its own address stays inside; its sidecar that does comes in again (iptables ISTIO_IN_REDIRECT).
    return this.#destination(from, wanted, options.proxy ? "by captures" : "by captures of others");
  }

  #destination(from: string, wanted: Address, how: "past captures" | "by captures" | "by captures of others") {
    const to = this.#services.resolve(wanted);
    if (to === undefined) return "EHOSTUNREACH";
    if (to === "refused") return "ECONNREFUSED";
    const past = how === "past captures" || (how === "by captures of others" && to.ip === from);
    const arriving = past ? undefined : this.#inbound.get(to.ip);
    const captured = arriving?.captures(to.port);
    if (captured === "refuse") return "ECONNREFUSED";
    const door = captured ? arriving?.door : this.#listeners.get(keyOf(to));
    if (door) return { door, to };
    return this.#assigned.has(to.ip) ? "ECONNREFUSED" : "EHOSTUNREACH";
  }

  /** Registers a door under a key that must be free, also when it has opened. */
  async #open<T>(
    table: Map<string, T>,
    key: string,
    at: Address,
    opening: () => Promise<Door>,
    entryOf: (door: Door) => T,
  ): Promise<Listener> {
    const door = await opening();
    if (table.has(key)) {
      await door.close();
      throw systemError("EADDRINUSE", "listen", at);
    }
    const entry = entryOf(door);
    table.set(key, entry);
    this.#assigned.add(at.ip);
    const close = () => {
      if (table.get(key) === entry) table.delete(key);
      return door.close();
    };
    return { port: door.port, close };
  }
}

/** A socket that fails to connect as the kernel lets it fail; a name that cannot be looked up fails in the same way. */
function refused(code: Refusal, to: Address): Socket {
  const error = systemError(code, "connect", to);
  return connect({
    host: "refused",
    port: to.port,
    lookup: (_host, _options, done) => setImmediate(done, error, "", 4),
  });
}

function systemError(code: string, syscall: string, { ip, port }: Address): NodeJS.ErrnoException {
  const message = `${syscall} ${code} ${ip}:${port}`;
  return Object.assign(new Error(message), { code, syscall, address: ip, port });
}
