/** Where a field of an object stands, as view asks for it. */
import type { FieldSpans, ManifestDocument, Span } from "../manifest/manifest.ts";
import type { Meta, Pointer } from "../mesh/resources/meta.ts";
import type { Locate } from "../view/input.ts";
import type { Location, Range } from "../view/place.ts";

/** One file as far as places go. */
export interface Places {
  readonly documents: readonly ManifestDocument[];
  range(span: Span): Range;
}

export function locateIn(placesOf: (uri: string) => Places | undefined): Locate {
  return (object, pointer, part): Location | undefined => {
    const { uri, document, pointer: root } = object.source;
    const places = placesOf(uri);
    const spans = places && nearest(places.documents[document], root, pointer);
    return places && spans && { uri, range: places.range(side(spans, part)) };
  };
}

/** The field, or the nearest around it. What was asked of a field that is not there is not asked of the one around it. */
function nearest(
  document: ManifestDocument | undefined,
  root: Meta["source"]["pointer"],
  pointer: Pointer,
): FieldSpans | undefined {
  const exact = document?.locate(root + pointer);
  if (exact !== undefined || document === undefined) return exact;
  for (let around = parent(root + pointer); around !== undefined; around = parent(around)) {
    const spans = document.locate(around);
    if (spans !== undefined) return { value: start(spans) };
  }
  return { value: document.span };
}

function side({ key, value }: FieldSpans, part: "key" | "value" | "entry"): Span {
  if (part === "value" || key === undefined) return value;
  return part === "key" ? key : { start: key.start, end: Math.max(key.end, value.end) };
}

/** The name of the field, or where its value begins: a whole block would be a poor thing to point at. */
function start({ key, value }: FieldSpans): Span {
  return key ?? { start: value.start, end: value.start };
}

function parent(pointer: Pointer): Pointer | undefined {
  return pointer === "" ? undefined : pointer.slice(0, pointer.lastIndexOf("/"));
}
