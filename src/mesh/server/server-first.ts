/** Protocols in which the server speaks first, and where a sidecar keeps their connections waiting. */
import type { Mesh } from "../mesh.ts";
import type { ServicePort } from "../resources/core.ts";
import type { EffectiveMode } from "../resources/istio.ts";
import type { Replica } from "../workload.ts";
import { replicaPorts } from "./ports.ts";
import { type Family, protocolWord } from "./protocol.ts";

/** What a port can say of itself. Clients of MongoDB, which Istio counts among these, speak first. */
const WORDS: ReadonlySet<string> = new Set(["mysql", "smtp", "ftp", "pop3", "imap"]);

/** SMTP and MySQL. */
const NUMBERS: ReadonlySet<number> = new Set([25, 3306]);

/** By the name or the number of a port of a Service, or by the number of the port of the pod. */
export function speaksFirst(mesh: Mesh, replica: Replica, port: number, called: ServicePort | undefined): boolean {
  const inbound = replicaPorts(mesh, replica).find((each) => each.port === port);
  const ports = [...(called === undefined ? [] : [called]), ...(inbound?.services ?? []).map((each) => each.port)];
  const numbers = [port, ...ports.map((each) => each.port)];
  return ports.some((each) => WORDS.has(protocolWord(each))) || numbers.some((each) => NUMBERS.has(each));
}

/**
 * Whether a sidecar waits for the first bytes of a plaintext caller: to tell TLS from plaintext unless the mode is
 * DISABLE, and to tell HTTP from other bytes where the port does not say. With Istio's default it waits for ever.
 * Istio: pilot/pkg/networking/core/listener_inbound.go populateListenerFilters; MeshConfig.protocolDetectionTimeout.
 */
export function waitsForClient(mode: EffectiveMode, family: Family): boolean {
  return mode !== "DISABLE" || family === "AUTO";
}
