/** Fixes that write what was meant: a mode, a field, a label, a port. */
import { spansIn } from "../../manifest/content.ts";
import { renameKey, setValue } from "../../manifest/edit/set-value.ts";
import { nearest } from "../../mesh/findings/nearest.ts";
import type { GovernsNothing } from "../../mesh/findings/policies/governs-nothing.ts";
import type { PrunedField } from "../../mesh/findings/policies/pruned-field.ts";
import type { UnknownMode } from "../../mesh/findings/policies/unknown-mode.ts";
import type { ServicePortKey } from "../../mesh/findings/ports/service-port-key.ts";
import { MTLS_MODES } from "../../mesh/resources/istio.ts";
import { type Pointer, under } from "../../mesh/resources/meta.ts";
import type { FileInput } from "../input.ts";
import * as words from "../words/fix.ts";
import { changeObject, type Fix, fix, writtenAt, yamlText } from "./change.ts";

export function spellMode(input: FileInput, { at: { object, pointer } }: UnknownMode): readonly Fix[] {
  const written = writtenAt(input, object, pointer);
  const meant = written === undefined ? undefined : nearest(written, MTLS_MODES);
  if (written === undefined || meant === undefined) return [];
  const edits = changeObject(input, object, (document, text, root) => setValue(document, text, root + pointer, meant));
  return fix(words.change(written, meant), edits, true);
}

/** Not where the field that is meant stands there too: the two would have to be merged. */
export function renameField(input: FileInput, { at: { object, pointer }, field, meant }: PrunedField): readonly Fix[] {
  if (meant === undefined || exists(input, object, under(parentOf(pointer), meant))) return [];
  const edits = changeObject(input, object, (document, text, root) => renameKey(document, text, root + pointer, meant));
  return fix(words.change(field.key, meant), edits, true);
}

export function selectNearest(
  input: FileInput,
  { at: { object, pointer }, label, meant }: GovernsNothing,
): readonly Fix[] {
  if (meant === undefined) return [];
  const edits = changeObject(input, object, (document, text, root) =>
    setValue(document, text, root + pointer, yamlText(meant.value)),
  );
  return fix(words.change(`${label.key}=${label.value}`, `${meant.key}=${meant.value}`), edits, true);
}

export function usePodPort(input: FileInput, finding: ServicePortKey): readonly Fix[] {
  const { at, port, target, workload } = finding;
  if (exists(input, at.object, under(parentOf(at.pointer), target))) return [];
  const edits = changeObject(input, at.object, (document, text, root) =>
    renameKey(document, text, root + at.pointer, String(target)),
  );
  return fix(words.changePort(port, target, workload.name), edits, true);
}

function exists(input: FileInput, object: ServicePortKey["at"]["object"], pointer: Pointer): boolean {
  return spansIn(input.document(object), object.source.pointer + pointer) !== undefined;
}

function parentOf(pointer: Pointer): Pointer {
  return pointer.slice(0, pointer.lastIndexOf("/"));
}
