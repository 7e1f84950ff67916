/** MTLS033: a DestinationRule makes callers speak a TLS of its own to a sidecar, which takes that of the mesh only. */
import type { ClientTlsMode } from "../../resources/istio.ts";
import { ofKind } from "../../resources/resource.ts";
import type { Check, Marked } from "../finding.ts";
import type { End, Seen } from "../meshed-caller.ts";
import { byPlace, ruledCalls } from "./ruled-calls.ts";

export interface OtherTls extends Marked {
  readonly code: "MTLS033";
  readonly ends: readonly End[];
  readonly mode: Extract<ClientTlsMode, "SIMPLE" | "MUTUAL">;
}

export const otherTls: Check<OtherTls> = {
  code: "MTLS033",
  says: "A DestinationRule makes callers speak another TLS than that of the mesh, and the server's sidecar refuses it.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "DestinationRule").flatMap((rule) => {
      const refused = ruledCalls(mesh, rule).filter(
        ({ seen: { sends, code } }) => (sends?.tls === "simple" || sends?.tls === "mutual") && REFUSALS.includes(code),
      );
      return byPlace(refused, modeOf).map(
        ({ at, why, ends }): OtherTls => ({ code: "MTLS033", at, part: "value", ends, mode: why }),
      );
    }),
};

/** Bytes that the sidecar hands to the application as they are can be what that serves. */
const REFUSALS: readonly string[] = ["broken-no-filter-chain", "broken-tls-error", "broken-protocol-error"];

function modeOf({ sends }: Seen): OtherTls["mode"] {
  return sends?.tls === "simple" ? "SIMPLE" : "MUTUAL";
}
