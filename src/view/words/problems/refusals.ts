/** What the API server and istiod say of an object, in their own words. */
import { headOf } from "../../../manifest/decode/decode.ts";
import type { Refusal } from "../../../validation/refusal.ts";

const WHO: Readonly<Record<Refusal["by"], string>> = { crd: "The API server", webhook: "istiod" };

export function refused(value: unknown, { by, says }: Refusal): string {
  return `${WHO[by]} refuses this ${headOf(value)?.kind ?? "object"}: ${says}`;
}
