/**
 * Doors: the loopback listeners behind cluster addresses. The caller writes down what it dials under its local port before
 * the connection arrives; the listener reads it there. A port that nobody wrote down belongs to somebody outside.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Accept, Address, Listener } from "./network.ts";

export interface Door extends Listener {
  readonly server: Server;
}

export interface Doors {
  /** `own` is what an outsider dials here; without it outsiders are reset. */
  open(owner: string, own: Address | undefined, accept: Accept): Promise<Door>;
  enter(door: Door, from: string, to: Address, allowHalfOpen: boolean): Socket;
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
    open(owner, own, accept) {
      const accepted = new Set<Socket>();
      const arrive = (socket: Socket) => {
        const port = socket.remotePort ?? 0;
        const entry = dialled.get(port) ?? (own && { from: { ip: node, port }, to: own });
        dialled.delete(port);
        socket.on("error", () => socket.destroy());
        if (entry === undefined) return void socket.resetAndDestroy();
        keep(owner, socket);
        accepted.add(socket);
        socket.once("close", () => accepted.delete(socket));
        accept({ socket, ...entry });
      };
      const server = createServer({ allowHalfOpen: true, noDelay: true }, arrive);
      return listening(server, accepted);
    },
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

async function listening(server: Server, accepted: ReadonlySet<Socket>): Promise<Door> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, LOOPBACK, resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of accepted) socket.destroy();
    });
  return { server, port, close };
}
