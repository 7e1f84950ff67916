/** The ports of a workload that are worth a section: those that Services lead to, and those called past all Services. */
import type { Mesh } from "../../mesh/mesh.ts";
import { type InboundPort, inboundPorts } from "../../mesh/server/ports.ts";
import { arrivalsAt } from "../../mesh/verdict/at-workload.ts";
import type { Workload } from "../../mesh/workload.ts";
import { noteworthy } from "./outcomes.ts";

export interface ShownPort {
  readonly port: number;
  readonly inbound?: InboundPort;
}

export function portsShown(mesh: Mesh, workload: Workload): readonly ShownPort[] {
  const inbound = inboundPorts(mesh, workload).map((each) => ({ port: each.port, inbound: each }));
  const called = new Set(noteworthy(arrivalsAt(mesh, workload)).map(({ port }) => port));
  for (const { port } of inbound) called.delete(port);
  return [...inbound, ...[...called].map((port) => ({ port }))].toSorted((a, b) => a.port - b.port);
}
