/**
 * Addresses of load balancers, on loopback: one of their own with the real ports where the system allows it, so that
 * `curl http://$GATEWAY_IP` works; otherwise 127.0.0.1 with a high port as part of the address.
 */
import type { EntranceFor, Entrances } from "../controllers/services/load-balancers.ts";
import type { Network } from "../network/network.ts";
import { type Door, openDoor } from "./door.ts";

/** Addresses by Service, so that they stay the same over restarts: terminals keep GATEWAY_IP. */
export type Taken = Readonly<Record<string, string>>;

interface Opened {
  readonly doors: readonly Door[];
  readonly address: string;
  /** What it was opened for. */
  readonly wanted: string;
}

export class LoopbackEntrances implements Entrances {
  readonly #network: Network;
  readonly #open = new Map<string, Opened>();
  readonly #taken: Map<string, string>;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(network: Network, before: Taken) {
    this.#network = network;
    this.#taken = new Map(Object.entries(before));
  }

  /** One after the other, so that no two Services try the same address. */
  open(service: EntranceFor): Promise<string> {
    const opened = this.#queue.then(() => this.#openNow(service));
    this.#queue = opened.catch(() => undefined);
    return opened;
  }

  close(uid: string): void {
    for (const door of this.#open.get(uid)?.doors ?? []) door.close();
    this.#open.delete(uid);
  }

  taken(): Taken {
    return Object.fromEntries(this.#taken);
  }

  async closeAll(): Promise<void> {
    await this.#queue;
    for (const uid of [...this.#open.keys()]) this.close(uid);
  }

  async #openNow(service: EntranceFor): Promise<string> {
    const wanted = JSON.stringify([service.clusterIP, service.ports]);
    const now = this.#open.get(service.uid);
    if (now?.wanted === wanted) return now.address;
    this.close(service.uid);
    const made = await this.#tryAll(service);
    this.#open.set(service.uid, { ...made, wanted });
    this.#taken.set(service.name, made.address);
    return made.address;
  }

  async #tryAll(service: EntranceFor): Promise<{ readonly doors: readonly Door[]; readonly address: string }> {
    const known = this.#taken.get(service.name);
    const inUse = new Set([...this.#open.values()].map(({ address }) => address));
    const free = ADDRESSES.filter((address) => !inUse.has(address));
    for (const address of [...(known === undefined ? [] : [known]), ...free]) {
      const doors = await this.#openAt(address, service).catch(() => undefined);
      if (doors !== undefined) return { doors, address };
    }
    const doors = await this.#openAt("127.0.0.1:0", service);
    return { doors, address: `127.0.0.1:${doors[0]?.port}` };
  }

  async #openAt(address: string, { clusterIP, ports }: EntranceFor): Promise<readonly Door[]> {
    const [ip = "", only] = address.split(":");
    const pairs =
      only === undefined ? ports.map((port) => [port, port] as const) : [[Number(only), webPort(ports)] as const];
    const doors: Door[] = [];
    try {
      for (const [port, to] of pairs)
        doors.push(await openDoor(this.#network, { ip, port }, { ip: clusterIP, port: to }));
    } catch (error) {
      for (const door of doors) door.close();
      throw error;
    }
    return doors;
  }
}

/** All of 127/8 is this machine on Linux; elsewhere these fail at once. */
const ADDRESSES = Array.from({ length: 20 }, (_, index) => `127.66.0.${index + 1}`);

/** Where one port has to do, it is the one for browsers. */
function webPort(ports: readonly number[]): number {
  return ports.includes(80) ? 80 : (ports[0] ?? 80);
}
