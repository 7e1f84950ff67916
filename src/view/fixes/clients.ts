/** Fixes in DestinationRules. */
import { addEntry } from "../../manifest/edit/add-entry.ts";
import { removeEntry } from "../../manifest/edit/remove-entry.ts";
import { setValue } from "../../manifest/edit/set-value.ts";
import type { ForbidsMtls } from "../../mesh/findings/clients/forbids-mtls.ts";
import type { ForcesMtls } from "../../mesh/findings/clients/forces-mtls.ts";
import type { LiteralHost } from "../../mesh/findings/clients/literal-host.ts";
import type { OtherTls } from "../../mesh/findings/clients/other-tls.ts";
import type { PortWithoutTls } from "../../mesh/findings/clients/port-without-tls.ts";
import type { FileInput } from "../input.ts";
import * as words from "../words/fix.ts";
import { policyName } from "../words/policy.ts";
import { changeObject, type Fix, fix } from "./change.ts";

/** Istio then chooses for each pod. An entry for a port cannot lose its tls: that would not bring back the rule's. */
export function chooseAutomatically(
  input: FileInput,
  { at: { object, pointer } }: ForcesMtls | ForbidsMtls | OtherTls,
): readonly Fix[] {
  if (pointer !== "/spec/trafficPolicy/tls/mode" || !input.mesh.config.enableAutoMtls) return [];
  const edits = changeObject(input, object, (document, text, root) =>
    removeEntry(document, text, `${root}/spec/trafficPolicy/tls`),
  );
  return fix(words.chooseAutomatically(policyName(object)), edits, false);
}

export function completeHost(input: FileInput, { at: { object, pointer }, host, meant }: LiteralHost): readonly Fix[] {
  const edits = changeObject(input, object, (document, text, root) => setValue(document, text, root + pointer, meant));
  return fix(words.change(host, meant), edits, true);
}

/** Modes that need no certificates beside them. */
export function repeatTls(
  input: FileInput,
  { at: { object, pointer }, port, tls: { mode } }: PortWithoutTls,
): readonly Fix[] {
  if (mode !== "DISABLE" && mode !== "ISTIO_MUTUAL") return [];
  const entry = pointer.replace(/\/port$/, "");
  const edits = changeObject(input, object, (document, text, root) =>
    addEntry(document, text, root + entry, "tls", { mode }),
  );
  return fix(words.repeatTls(mode, port), edits, true);
}
