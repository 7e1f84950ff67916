/** MTLS032: a DestinationRule makes callers send plaintext to a port in STRICT. */
import type { PortModeAnswer } from "../../answer.ts";
import { under } from "../../resources/meta.ts";
import { ofKind } from "../../resources/resource.ts";
import { enforcedMode } from "../../server/enforced.ts";
import type { Workload } from "../../workload.ts";
import type { Check, Marked } from "../finding.ts";
import { refusedAsPlaintext } from "../meshed-caller.ts";
import { byWorkload, ruledCalls } from "./ruled-calls.ts";

export interface ForbidsMtls extends Marked {
  readonly code: "MTLS032";
  readonly workload: Workload;
  /** Who asks for mutual TLS. */
  readonly mode?: PortModeAnswer;
}

export const forbidsMtls: Check<ForbidsMtls> = {
  code: "MTLS032",
  says: "A DestinationRule makes callers send plaintext to a port in STRICT.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "DestinationRule").flatMap((rule) =>
      byWorkload(ruledCalls(mesh, rule).filter(({ seen }) => refusedAsPlaintext(seen))).map(({ seen, at }) => {
        const { workload, replica } = seen.endpoint.at;
        const mode = enforcedMode(mesh, replica, seen.endpoint.port);
        const place = { ...at, pointer: under(at.pointer, "mode") };
        return {
          code: "MTLS032",
          at: place,
          part: "value",
          workload,
          ...(mode?.known === true ? { mode: { mode: mode.mode, origin: mode.origin } } : {}),
        };
      }),
    ),
};
