/**
 * Ports of this machine that listeners take: of one range, for which package.json tells VS Code to forward none by itself,
 * so that a remote window does not announce every pod. The start is drawn by lot; where all are taken, the system chooses.
 */
import type { Server } from "node:net";

export const PORTS = { first: 20_600, last: 23_999 } as const;
const COUNT = PORTS.last - PORTS.first + 1;

let next = Math.floor(Math.random() * COUNT);

/** Resolves to the port. Port 0 is any; another one is taken or the listening is rejected. */
export async function listenAt(server: Server, host: string, port = 0): Promise<number> {
  if (port !== 0) return listening(server, host, port);
  for (let tries = 0; tries < COUNT; tries += 1) {
    next = (next + 1) % COUNT;
    try {
      return await listening(server, host, PORTS.first + next);
    } catch (error) {
      // Windows reserves ranges, which is EACCES.
      if (!["EADDRINUSE", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
  return listening(server, host, 0);
}

function listening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      // A connection that cannot be accepted, for want of descriptors say, is lost to its caller and to nobody else.
      server.on("error", () => undefined);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
