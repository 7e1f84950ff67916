/** MTLS031: a DestinationRule makes callers speak mutual TLS to pods that do not understand it. */
import { under } from "../../resources/meta.ts";
import { ofKind } from "../../resources/resource.ts";
import type { Workload } from "../../workload.ts";
import type { Check, Marked } from "../finding.ts";
import { failsAsMtls } from "../meshed-caller.ts";
import { byWorkload, ruledCalls } from "./ruled-calls.ts";

export interface ForcesMtls extends Marked {
  readonly code: "MTLS031";
  readonly workload: Workload;
  readonly because: "no-sidecar" | "past-sidecar" | "disabled";
}

export const forcesMtls: Check<ForcesMtls> = {
  code: "MTLS031",
  says: "A DestinationRule makes callers speak mutual TLS to a pod that does not take it.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "DestinationRule").flatMap((rule) =>
      byWorkload(
        ruledCalls(mesh, rule).filter(({ seen }) => failsAsMtls(seen) || seen.code === "broken-tls-past-proxy"),
      ).map(({ seen, at }) => ({
        code: "MTLS031",
        at: { ...at, pointer: under(at.pointer, "mode") },
        part: "value",
        workload: seen.endpoint.at.workload,
        because: WHY[seen.code] ?? "disabled",
      })),
    ),
};

const WHY: Readonly<Record<string, ForcesMtls["because"]>> = {
  "broken-tls-to-naked": "no-sidecar",
  "broken-tls-past-proxy": "past-sidecar",
};
