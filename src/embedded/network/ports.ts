/**
 * Ports of this machine that listeners take: of one range, for which package.json tells VS Code to forward none by itself,
 * so that a remote window does not announce every pod. The start is drawn by lot; where all are taken, the system chooses.
 */
import { once } from "node:events";
import type { Server } from "node:net";

/** The first and the last. What people keep in their terminals lasts; no pod takes it while the mesh is started again. */
export const PORTS = { lasting: [20_600, 20_799], passing: [20_800, 23_999] } as const;
type Use = keyof typeof PORTS;

const draws: Record<Use, number> = { lasting: Math.random(), passing: Math.random() };
const tried: Record<Use, number> = { lasting: 0, passing: 0 };

/** Resolves to the port. Port 0 is any; another one is taken or the listening is rejected. */
export async function listenAt(server: Server, host: string, use: Use, port = 0): Promise<number> {
  if (port !== 0) return listening(server, host, port);
  const [first, last] = PORTS[use];
  for (let tries = first; tries <= last; tries += 1) {
    try {
      return await listening(server, host, nextOf(use));
    } catch (error) {
      // Windows reserves ranges, which is EACCES.
      if (!["EADDRINUSE", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
  return listening(server, host, 0);
}

function nextOf(use: Use): number {
  const [first, last] = PORTS[use];
  const count = last - first + 1;
  tried[use] += 1;
  return first + ((Math.floor(draws[use] * count) + tried[use]) % count);
}

async function listening(server: Server, host: string, port: number): Promise<number> {
  server.listen(port, host);
  // Rejects with an error that comes first.
  await once(server, "listening");
  // A connection that cannot be accepted, for want of descriptors say, is lost to its caller and to nobody else.
  server.on("error", () => undefined);
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}
