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

/** `says` is `pointer: says` of the webhook, after `warning ` for what is accepted nevertheless. */
type Row = readonly [claim: string, refused: object, says: readonly string[], accepted: object];

export function webhookTellsApart(kind: KindName, rows: readonly Row[]): void {
  const spoken = (line: string) =>
    line.startsWith("/") ? `webhook ${line}` : line.replace("warning", "warning of webhook");
  tellsApart(
    kind,
    rows.map(([claim, refused, says, accepted]) => ({ claim, refused, says: says.map(spoken), accepted })),
  );
}
