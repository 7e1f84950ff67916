/** Writes another value for a field that is there, or another name for it. */
import { isCollection, isNode } from "yaml";
import type { Pointer } from "../../mesh/resources/meta.ts";
import type { ManifestDocument } from "../manifest.ts";
import type { Span } from "../problem.ts";
import { afterColon, type Place, placeOf, spanOf } from "../yaml/locate.ts";
import { type Edit, type Editable, editable, replace } from "./edit.ts";

/** `scalar` is YAML source, with quotes where it needs them. Empty when there is no such field. */
export function setValue(document: ManifestDocument, text: string, pointer: Pointer, scalar: string): readonly Edit[] {
  const on = editable(document, text);
  const place = on && placeOf(on.tree, pointer);
  return on && place ? [setPlace(on, place, scalar)] : [];
}

/** Empty for list items and fields that are not there. */
export function renameKey(document: ManifestDocument, text: string, pointer: Pointer, key: string): readonly Edit[] {
  const on = editable(document, text);
  const written = on && placeOf(on.tree, pointer)?.key;
  return on && written ? [replace(on, spanOf(on.tree, written), key)] : [];
}

/** An alias is replaced where it stands: its anchor serves others too. */
export function setPlace(on: Editable, place: Place, scalar: string): Edit {
  const { text } = on.tree;
  const span = valueSpan(on, place);
  const lead = /[:-]/.test(text[span.start - 1] ?? "") ? " " : "";
  return replace(on, span, `${lead}${scalar}`);
}

/** A block map or list is replaced from behind its key, or else the new value would stand on the lines below. */
function valueSpan(on: Editable, { node, key }: Place): Span {
  const after = key ? afterColon(on.tree, spanOf(on.tree, key)) : 0;
  if (!isNode(node)) return { start: after, end: after };
  const span = spanOf(on.tree, node);
  if (span.start === span.end) return { start: after || span.start, end: after || span.end };
  return key && isCollection(node) && !node.flow ? { start: after, end: span.end } : span;
}
