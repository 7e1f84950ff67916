/** One port of this machine that leads into the mesh. */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { NODE } from "../installation/cluster.ts";
import type { Address, Network } from "../network/network.ts";

export interface Door {
  readonly port: number;
  close(): void;
}

/** Rejects where the address is taken or not allowed. */
export function openDoor(network: Network, at: Address, to: Address): Promise<Door> {
  const sockets = new Set<Socket>();
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      join(socket, network.dial(NODE.ip, to, { allowHalfOpen: true }));
    });
    server.once("error", reject);
    server.listen(at.port, at.ip, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        close() {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      }),
    );
  });
}

/** Ends and resets cross over. */
function join(one: Socket, other: Socket): void {
  const pass = (from: Socket, to: Socket) => {
    from.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "ECONNRESET" || code === "ECONNREFUSED") to.resetAndDestroy();
      else to.destroy();
    });
    from.once("close", () => to.destroy());
    from.pipe(to);
  };
  pass(one, other);
  pass(other, one);
}
