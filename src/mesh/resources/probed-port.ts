/** The port in the pod that a probe asks: a number, or a name that the container gives to one of its ports. */
import type { Container, Probe } from "./pod.ts";

export function probedPort(container: Container, { port }: Probe): number | undefined {
  if (typeof port !== "string") return port;
  return /^\d+$/.test(port) ? Number(port) : container.ports.find(({ name }) => name === port)?.port;
}
