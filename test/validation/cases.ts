/** Tables of refusals: what is refused and in which words, beside a look-alike that is accepted. */
import assert from "node:assert/strict";
import { validate } from "../../src/validation/validate.ts";

export interface Case {
  readonly claim: string;
  readonly refused: object;
  /** `by pointer: says`, in the order in which they are found; warnings say so. */
  readonly says: readonly string[];
  readonly accepted: object;
}

export type KindName = "PeerAuthentication" | "DestinationRule" | "Sidecar";

export function objectOf(kind: KindName, spec: unknown): object {
  const group = kind === "PeerAuthentication" ? "security.istio.io" : "networking.istio.io";
  return { apiVersion: `${group}/v1`, kind, metadata: { name: "x", namespace: "shop" }, spec };
}

export function told(object: unknown, namespace?: string): readonly string[] {
  return validate(object, namespace).map(({ by, severity, pointer, says }) => {
    return `${severity === "warning" ? "warning of " : ""}${by} ${pointer}: ${says}`;
  });
}

export function tellsApart(kind: KindName, cases: readonly Case[]): void {
  for (const { claim, refused, says, accepted } of cases) {
    it(claim, () => {
      assert.deepEqual(told(objectOf(kind, refused)), says);
      assert.deepEqual(told(objectOf(kind, accepted)), []);
    });
  }
}
