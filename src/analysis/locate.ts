/** Where a field of an object stands, as view asks for it. */
import { spansIn } from "../manifest/content.ts";
import { type LineIndex, lineIndex } from "../manifest/line-index.ts";
import type { ManifestDocument } from "../manifest/manifest.ts";
import type { FieldSpans, Span } from "../manifest/problem.ts";
import type { Pointer } from "../mesh/resources/meta.ts";
import type { FileInput, Locate } from "../view/input.ts";
import type { Location } from "../view/place.ts";

/** So many indexes are as large as a few texts. */
const KEPT = 1024;

export function locateIn({ text, document }: Pick<FileInput, "text" | "document">): Locate {
  // By file: as keys, long texts of one length would be compared letter by letter.
  const kept = new Map<string, { readonly content: string; readonly lines: LineIndex }>();
  const linesOf = (uri: string): LineIndex => {
    const content = text(uri) ?? "";
    const known = kept.get(uri);
    if (known?.content === content) return known.lines;
    const lines = lineIndex(content);
    const [oldest] = kept.keys();
    if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(uri, { content, lines });
    return lines;
  };
  return (object, pointer, part): Location | undefined => {
    const { uri, pointer: root } = object.source;
    const spans = nearest(document(object), root, pointer);
    if (spans === undefined) return undefined;
    const { start, end } = side(spans, part);
    const lines = linesOf(uri);
    return { uri, range: { start: lines.position(start), end: lines.position(end) } };
  };
}

/** The field, or the nearest around it. What was asked of a field that is not there is not asked of the one around it. */
function nearest(document: ManifestDocument | undefined, root: Pointer, pointer: Pointer): FieldSpans | undefined {
  const exact = spansIn(document, root + pointer);
  if (exact !== undefined || document === undefined) return exact;
  for (let around = parent(root + pointer); around !== undefined; around = parent(around)) {
    const spans = spansIn(document, around);
    if (spans !== undefined) return { value: start(spans) };
  }
  return { value: document.span };
}

function side({ key, value }: FieldSpans, part: Parameters<Locate>[2]): Span {
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
