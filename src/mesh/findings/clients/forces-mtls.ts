/** MTLS031: a DestinationRule makes callers speak mutual TLS to pods that do not understand it. */
import { ofKind } from "../../resources/resource.ts";
import type { Check, Marked } from "../finding.ts";
import { type End, failsAsMtls, type Seen } from "../meshed-caller.ts";
import { byPlace, ruledCalls } from "./ruled-calls.ts";

export interface ForcesMtls extends Marked {
  readonly code: "MTLS031";
  readonly ends: readonly End[];
  readonly because: "no-sidecar" | "past-sidecar" | "disabled";
}

export const forcesMtls: Check<ForcesMtls> = {
  code: "MTLS031",
  says: "A DestinationRule makes callers speak mutual TLS to a pod that does not take it.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "DestinationRule").flatMap((rule) => {
      const failing = ruledCalls(mesh, rule).filter(
        ({ seen }) => failsAsMtls(seen) || seen.code === "broken-tls-past-proxy",
      );
      return byPlace(failing, whyNotTaken).map(
        ({ at, why, ends }): ForcesMtls => ({ code: "MTLS031", at, part: "value", ends, because: why }),
      );
    }),
};

function whyNotTaken({ code }: Seen): ForcesMtls["because"] {
  if (code === "broken-tls-to-naked") return "no-sidecar";
  return code === "broken-tls-past-proxy" ? "past-sidecar" : "disabled";
}
