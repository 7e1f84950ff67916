/** One port of this machine that leads into the mesh. */
import type { Address, Network } from "../network/network.ts";

export interface Door {
  readonly port: number;
  close(): void;
}

/** Rejects where the address is taken or not allowed. */
export async function openDoor(network: Network, at: Address, to: Address): Promise<Door> {
  const { port, close } = await network.expose(at.ip, at.port, to);
  return { port, close: () => void close() };
}
