/** Fixes of labels that decide who is in the mesh. */
import { removeEntry } from "../../manifest/edit/remove-entry.ts";
import { setValue } from "../../manifest/edit/set-value.ts";
import type { BothLabels } from "../../mesh/findings/membership/both-labels.ts";
import type { FalseLabel } from "../../mesh/findings/membership/false-label.ts";
import type { InjectionValue } from "../../mesh/findings/membership/injection-value.ts";
import type { PlaintextLabel } from "../../mesh/findings/membership/plaintext-label.ts";
import type { UnservedRevision } from "../../mesh/findings/membership/unserved-revision.ts";
import type { FileInput } from "../input.ts";
import * as words from "../words/fix.ts";
import { changeObject, type Fix, fix, yamlText } from "./change.ts";

/** The one that does not count: everything stays as it is. */
export function dropRevision(input: FileInput, { at: { object, pointer }, revision }: BothLabels): readonly Fix[] {
  const edits = changeObject(input, object, (document, text, root) => removeEntry(document, text, root + pointer));
  return fix(words.remove(`istio.io/rev: ${revision}, which has no effect here`), edits, false);
}

export function spellInjection(input: FileInput, finding: InjectionValue): readonly Fix[] {
  const { value, meant } = finding;
  return meant === undefined ? [] : write(input, finding, value, meant);
}

export function spellRevision(input: FileInput, finding: UnservedRevision): readonly Fix[] {
  const { revision, meant } = finding;
  return meant === undefined ? [] : write(input, finding, revision, meant);
}

function write(
  input: FileInput,
  { at: { object, pointer } }: InjectionValue | UnservedRevision,
  from: string,
  to: string,
): readonly Fix[] {
  const edits = changeObject(input, object, (document, text, root) =>
    setValue(document, text, root + pointer, yamlText(to)),
  );
  return fix(words.change(from, to), edits, true);
}

/** A running pod keeps its labels until it is made anew. */
export function dropTlsMode(
  input: FileInput,
  { at: { object, pointer }, workload }: FalseLabel | PlaintextLabel,
): readonly Fix[] {
  if (workload.object.kind === "Pod" && workload.object.status !== undefined) return [];
  const edits = changeObject(input, object, (document, text, root) => removeEntry(document, text, root + pointer));
  return fix(words.remove("security.istio.io/tlsMode"), edits, true);
}
