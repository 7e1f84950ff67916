/**
 * Doors: the loopback listeners behind cluster addresses. The caller writes down what it dials under its local port before
 * the connection arrives; the listener reads it there. A port that nobody wrote down belongs to somebody outside.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Accept, Address, Listener } from "./network.ts";
import { listenAt } from "./ports.ts";

export interface Door extends Listener {
  readonly server: Server;
  /** Hands a connection in that came another way. */
  accept(socket: Socket, from: Address, to: Address): void;
}

export interface Doors {
  /** `own` is what an outsider dials here; without it outsiders are reset. */
  open(owner: string, own: Address | undefined, accept: Accept): Promise<Door>;
  enter(door: Door, from: string, to: Address, allowHalfOpen: boolean): Socket;
  /** Opens a port of the machine; `lead` says where a connection goes, or that it is refused. */
  expose(
    host: string,
    port: number,
    lead: () => { readonly door: Door; readonly to: Address } | undefined,
  ): Promise<Listener>;
  /** Ends the connections of an address, or all. */
  release(ip?: string): void;
}

const LOOPBACK = "127.0.0.1";

/** `node` is the address from which outsiders come. */
export function createDoors(node: string): Doors {
  const dialled = new Map<number, { readonly from: Address; readonly to: Address }>();
  const sockets = new Map<string, Set<Socket>>();

  function keep(ip: string, socket: Socket) {
    const kept = sockets.get(ip) ?? new Set();
    sockets.set(ip, kept.add(socket));
    socket.once("close", () => {
      kept.delete(socket);
      if (kept.size === 0 && sockets.get(ip) === kept) sockets.delete(ip);
    });
  }

  return {
    async open(owner, own, accept) {
      const take = (socket: Socket, from: Address, to: Address) => {
        keep(owner, socket);
        accept({ socket, from, to });
      };
      const listening = await listen("passing", 0, LOOPBACK, (socket, port) => {
        const entry = dialled.get(port) ?? (own && { from: { ip: node, port }, to: own });
        dialled.delete(port);
        if (entry) take(socket, entry.from, entry.to);
        else socket.resetAndDestroy();
      });
      return { ...listening, accept: take };
    },
    expose: (host, port, lead) =>
      listen("lasting", port, host, (socket, from) => {
        const found = lead();
        if (found) found.door.accept(socket, { ip: node, port: from }, found.to);
        else socket.resetAndDestroy();
      }),
    enter(door, from, to, allowHalfOpen) {
      const socket = connect({ host: LOOPBACK, port: door.port, allowHalfOpen, noDelay: true });
      keep(from, socket);
      let port: number | undefined;
      // The system call is made on the next tick and binds the local port: before any listener hears of the connection.
      process.nextTick(() => {
        port = socket.localPort;
        if (port !== undefined) dialled.set(port, { from: { ip: from, port }, to });
      });
      socket.once("error", () => port !== undefined && dialled.delete(port));
      return socket;
    },
    release(ip) {
      const ended = ip === undefined ? [...sockets.values()] : [sockets.get(ip) ?? []];
      for (const socket of ended.flatMap((some) => [...some])) socket.destroy();
    },
  };
}

/** A server whose end is also that of the connections it took. */
async function listen(
  use: "lasting" | "passing",
  port: number,
  host: string,
  arrive: (socket: Socket, port: number) => void,
) {
  const accepted = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    accepted.add(socket);
    socket.once("close", () => accepted.delete(socket));
    socket.on("error", () => socket.destroy());
    arrive(socket, socket.remotePort ?? 0);
  });
  const taken = await listenAt(server, host, use, port);
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of accepted) socket.destroy();
    });
  return { server, port: taken, close };
}
