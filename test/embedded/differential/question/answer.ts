/** From what was seen of a call to the word for it, in the vectors' language. Nothing here knows a policy or a rule. */
import { setTimeout as wait } from "node:timers/promises";
import type { Question } from "../../../vectors/vector.ts";
import type { Speaks } from "../stage/caller.ts";
import type { Wire } from "../stage/taps.ts";
import type { World } from "../stage/world.ts";
import { type Observation, observe } from "./observe.ts";

const PATIENCE_MS = 400;

export async function answer(world: World, question: Question): Promise<string> {
  const { pod = "", port = 0, app = "http" } = question;
  const see = await observe(world, { ...question, pod, port, app: app as Speaks });
  for (const began = Date.now(); ; await wait(2)) {
    const seen = see();
    const word = wordFor(seen);
    if (word !== undefined) return misled(seen, question) ?? word;
    if (Date.now() - began > PATIENCE_MS) return `not told: ${JSON.stringify(seen)}`;
  }
}

/** It came to somebody else than was asked about. */
function misled({ reached }: Observation, { endpoint }: Question): string | undefined {
  if (reached === undefined || endpoint === undefined) return undefined;
  const at = `${reached.to.ip}:${reached.to.port}`;
  return at === endpoint ? undefined : `reaches ${at}`;
}

export function wordFor(seen: Observation): string | undefined {
  const { heard, reached } = seen;
  if (heard.report !== undefined && reached !== undefined) return arrival(seen, reached, heard.report.layers);
  if (reached === undefined) return neverLeft(seen);
  return reached.door === "proxy" ? refusal(seen) : isIstio(reached) ? "broken-tls-to-naked" : undefined;
}

function isIstio({ hello }: Wire): boolean {
  return typeof hello === "object" && hello.alpn.includes("istio");
}

function arrival({ speaks }: Observation, reached: Wire, layers: number): string {
  if (isIstio(reached)) return "ok-mtls";
  if (reached.hello === "clear") return "ok-plaintext";
  return layers > (speaks === "tls" ? 1 : 0) ? "app-tls-to-app" : "ok-app-tls";
}

function neverLeft({ caller, heard, left }: Observation): string | undefined {
  if (heard.failed === "ENOTFOUND" || (caller === "none" && heard.failed === "ECONNREFUSED")) return "no-endpoints";
  if (left === undefined) return undefined;
  if (left.cluster === "BlackHoleCluster") return "broken-blackhole";
  if (["UH", "UF"].some((flag) => left.flags.includes(flag))) return "no-endpoints";
  const isRefusal = left.details === "direct_response" || ["NC", "NR", "DPE"].some((flag) => left.flags.includes(flag));
  return isRefusal ? (caller === "gateway" ? "broken-no-cluster" : "broken-client-proxy") : undefined;
}

function refusal({ reached, handed, arrived, handshakeFailed }: Observation): string | undefined {
  if (arrived?.details === "filter_chain_not_found") return "broken-no-filter-chain";
  if (arrived?.details === "http1.codec_error") return "broken-protocol-error";
  if (handshakeFailed) return "broken-tls-error";
  const isGarbled = reached !== undefined && isIstio(reached) && handed !== undefined && isIstio(handed);
  return isGarbled ? "broken-tls-to-app" : undefined;
}
