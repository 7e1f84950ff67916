/** MTLS032: a DestinationRule makes callers send plaintext to a port in STRICT. */
import type { PortModeAnswer } from "../../answer.ts";
import { ofKind } from "../../resources/resource.ts";
import { enforcedMode } from "../../server/enforced.ts";
import type { Check, Marked } from "../finding.ts";
import { type End, refusedAsPlaintext } from "../meshed-caller.ts";
import { byPlace, ruledCalls } from "./ruled-calls.ts";

export interface ForbidsMtls extends Marked {
  readonly code: "MTLS032";
  readonly ends: readonly End[];
  /** Who asks for mutual TLS, at the first of them. */
  readonly mode?: PortModeAnswer;
}

export const forbidsMtls: Check<ForbidsMtls> = {
  code: "MTLS032",
  says: "A DestinationRule makes callers send plaintext to a port in STRICT.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "DestinationRule").flatMap((rule) => {
      const refused = ruledCalls(mesh, rule).filter(({ seen }) => refusedAsPlaintext(seen));
      return byPlace(refused, ({ code }) => code).map(({ at, seen, ends }): ForbidsMtls => {
        const mode = enforcedMode(mesh, seen.endpoint.at.replica, seen.endpoint.port);
        const known = mode?.known === true ? { mode: { mode: mode.mode, origin: mode.origin } } : {};
        return { code: "MTLS032", at, part: "value", ends, ...known };
      });
    }),
};
