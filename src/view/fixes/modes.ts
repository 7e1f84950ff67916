/** Fixes that change a mode, a label or a selector of a policy. */
import { removeEntry } from "../../manifest/edit/remove-entry.ts";
import { setValue } from "../../manifest/edit/set-value.ts";
import type { AmbientDisable } from "../../mesh/findings/policies/ambient-disable.ts";
import type { DisabledAboveStrict } from "../../mesh/findings/policies/disabled-above-strict.ts";
import type { EmptySelector } from "../../mesh/findings/policies/empty-selector.ts";
import type { OtherRevision } from "../../mesh/findings/policies/other-revision.ts";
import type { StraightToStrict } from "../../mesh/findings/policies/straight-to-strict.ts";
import { matchedWorkloads } from "../../mesh/verdict/impact.ts";
import type { FileInput } from "../input.ts";
import * as words from "../words/fix.ts";
import { policyName } from "../words/policy.ts";
import { changeObject, type Fix, fix, yamlText } from "./change.ts";

/** The namespace then takes both, and callers with a sidecar speak mutual TLS to it. */
export function permitAbove(input: FileInput, { above }: DisabledAboveStrict): readonly Fix[] {
  const edits = changeObject(input, above, (document, text, root) =>
    setValue(document, text, `${root}/spec/mtls/mode`, "PERMISSIVE"),
  );
  return fix(words.changeIn("DISABLE", "PERMISSIVE", policyName(above)), edits, false);
}

/** Only where no sidecar reads the mode: to it the two words differ. */
export function sayPermissive(
  input: FileInput,
  { at: { object, pointer }, workloads }: AmbientDisable,
): readonly Fix[] {
  const policy = input.mesh.policies.find((each) => each === object);
  if (policy === undefined || matchedWorkloads(input.mesh, policy).length > workloads.length) return [];
  const edits = changeObject(input, object, (document, text, root) =>
    setValue(document, text, root + pointer, "PERMISSIVE"),
  );
  return fix(words.change("DISABLE", "PERMISSIVE"), edits, true);
}

export function nameRevision(
  input: FileInput,
  { at: { object, pointer }, revision, meant }: OtherRevision,
): readonly Fix[] {
  if (meant === undefined) return [];
  const edits = changeObject(input, object, (document, text, root) =>
    setValue(document, text, root + pointer, yamlText(meant)),
  );
  return fix(words.change(revision, meant), edits, true);
}

/** For sidecars the policy says the same without it; ztunnel reads an empty selector of the mesh in its own way. */
export function dropSelector(input: FileInput, { at: { object, pointer }, scope }: EmptySelector): readonly Fix[] {
  if (scope === "mesh") return [];
  const edits = changeObject(input, object, (document, text, root) => removeEntry(document, text, root + pointer));
  return fix(words.remove("the selector"), edits, false);
}

/** The first of two steps: callers and servers can then change one after the other. */
export function permitFirst(input: FileInput, { at: { object, pointer } }: StraightToStrict): readonly Fix[] {
  const edits = changeObject(input, object, (document, text, root) =>
    setValue(document, text, root + pointer, "PERMISSIVE"),
  );
  return fix(words.permitFirst, edits, false);
}
