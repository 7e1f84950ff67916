/** Edits of an object's text as a fix carries them, and scalars as YAML source. */
import { spansIn } from "../../manifest/content.ts";
import type { Edit } from "../../manifest/edit/edit.ts";
import type { ManifestDocument } from "../../manifest/manifest.ts";
import type { Meta, Pointer } from "../../mesh/resources/meta.ts";
import type { FileInput } from "../input.ts";
import { rangeOf } from "../position.ts";
import type { FixView } from "../problem.ts";

export type Changes = FixView["edits"];

/** What a fix does, before it is tied to a problem. */
export interface Fix {
  readonly title: string;
  readonly preferred: boolean;
  readonly edits: Changes;
}

/** The edits of one object, or none where its text is not at hand. Pointers lead from the root of the document. */
export function changeObject(
  input: FileInput,
  object: Meta,
  edit: (document: ManifestDocument, text: string, root: Pointer) => readonly Edit[],
): Changes {
  const { uri, pointer } = object.source;
  const document = input.document(object);
  const text = input.text(uri);
  return document === undefined || text === undefined ? [] : changesOf(uri, text, edit(document, text, pointer));
}

export function changesOf(uri: string, text: string, edits: readonly Edit[]): Changes {
  if (edits.length === 0) return [];
  return [{ uri, edits: edits.map(({ span, newText }) => ({ range: rangeOf(text, span), newText })) }];
}

/** A fix that changes nothing is none. */
export function fix(title: string, edits: Changes, preferred: boolean): readonly Fix[] {
  return edits.length === 0 ? [] : [{ title, preferred, edits }];
}

/** Plain where YAML 1.1 reads it as text, quoted elsewhere. */
export function yamlText(value: string): string {
  const plain = /^[A-Za-z][\w./-]*$/.test(value) && !/^(true|false|yes|no|on|off|y|n|null)$/i.test(value);
  return plain ? value : JSON.stringify(value);
}

/** The text of a field's value, without quotes. */
export function writtenAt(input: FileInput, object: Meta, pointer: Pointer): string | undefined {
  const spans = spansIn(input.document(object), object.source.pointer + pointer);
  const text = input.text(object.source.uri);
  return spans === undefined
    ? undefined
    : text?.slice(spans.value.start, spans.value.end).replaceAll(/^["']|["']$/g, "");
}
