/** The ports on which an imitated program listens: those that its container declares, else the program's own. */
import type { Container } from "../process.ts";

export function portsOf({ ports }: Container, own: readonly number[]): readonly number[] {
  const declared = ports.filter(({ protocol }) => protocol === "TCP").map(({ containerPort }) => containerPort);
  return declared.length > 0 ? [...new Set(declared)] : own;
}
