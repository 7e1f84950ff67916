/** What the API server and istiod would answer to an object of Istio, from its JSON alone. */
import { headOf } from "../manifest/decode/decode.ts";
import type { Pointer } from "../mesh/resources/meta.ts";
import { crdRefusals } from "./crd.ts";
import type { Refusal } from "./refusal.ts";
import { isMap, type JsonMap } from "./schema/json.ts";
import { destinationRule } from "./schema/kinds/destination-rule.ts";
import { peerAuthentication } from "./schema/kinds/peer-authentication.ts";
import { sidecar } from "./schema/kinds/sidecar.ts";
import type { Kind } from "./schema/schema.ts";
import { destinationRuleFindings } from "./webhook/destination-rule.ts";
import { peerAuthenticationFindings } from "./webhook/peer-authentication.ts";
import { sidecarFindings } from "./webhook/sidecar/sidecar.ts";
import { type Checks, webhookRefusals } from "./webhook/webhook.ts";

/** The kinds that are validated, with the checks of istiod. */
const KINDS = new Map<string, { readonly kind: Kind; readonly checks: Checks }>([
  ["PeerAuthentication", { kind: peerAuthentication, checks: peerAuthenticationFindings }],
  ["DestinationRule", { kind: destinationRule, checks: destinationRuleFindings }],
  ["Sidecar", { kind: sidecar, checks: sidecarFindings }],
]);

/** In the order in which they are found. `namespace` is where an object goes that names none. */
export function validate(value: unknown, namespace = "default"): readonly Refusal[] {
  const head = headOf(value);
  const known = head && KINDS.get(head.kind);
  if (!known || head.group !== known.kind.group || !isMap(value)) return [];
  const { kind, checks } = known;
  const found = [...crdRefusals(kind, value), ...webhookRefusals(value, kind, checks, namespace)];
  return found.map((refusal) => ({ ...refusal, pointer: existing(value, refusal.pointer) }));
}

/** Nothing is said of objects of other kinds. */
export function isValidated(kind: string): boolean {
  return KINDS.has(kind);
}

export type Answer =
  | "accepted"
  | "accepted-with-warning"
  | "rejected-by-crd"
  | "rejected-by-webhook"
  | "rejected-by-both";

/** All refusals in one word. Warnings count for what is accepted only. */
export function answerOf(refusals: readonly Refusal[]): Answer {
  const refuses = (by: Refusal["by"]) => refusals.some((each) => each.by === by && each.severity === "refused");
  if (refuses("crd")) return refuses("webhook") ? "rejected-by-both" : "rejected-by-crd";
  if (refuses("webhook")) return "rejected-by-webhook";
  return refusals.length > 0 ? "accepted-with-warning" : "accepted";
}

/** The pointer as far as the object goes: what is missing is told at what lacks it. */
function existing(value: JsonMap, pointer: Pointer): Pointer {
  const steps = pointer.split("/").slice(1);
  let at: unknown = value;
  for (const [index, step] of steps.entries()) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) {
      return steps
        .slice(0, index)
        .map((each) => `/${each}`)
        .join("");
    }
    at = (at as JsonMap)[key];
  }
  return pointer;
}
